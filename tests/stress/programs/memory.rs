//! What is allocated, by an allocator that counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

fn count(sign: isize, layout: Layout) {
    BYTES.fetch_add(sign * isize::try_from(layout.size()).unwrap_or(0), Ordering::Relaxed);
}

// SAFETY: passes everything on to the system's allocator, unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-1, layout);
        // SAFETY: the caller's.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A thread whose last handle was dropped may be over, and yet hold what std has of it for the moment
/// that the system takes to end it. A byte lost for each thread would be more.
const SLACK: isize = 8 * 1024;

/// What is allocated now.
pub(crate) fn bytes() -> isize {
    BYTES.load(Ordering::Relaxed)
}

/// Runs the round twice: what is there for good is there after the first, and what the second leaves
/// behind is lost.
pub(crate) fn comes_back(mut round: impl FnMut()) {
    round();
    let before = bytes();
    round();
    let left = bytes() - before;
    println!("left behind: {left} bytes");
    assert!(left.abs() < SLACK, "{left} bytes");
}

/// The memory that the process occupies, in words.
#[cfg(target_os = "linux")]
pub(crate) fn resident() -> String {
    format!(", {} KiB resident", pages(1) * 4)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn resident() -> &'static str {
    ""
}

/// The address space that the process occupies, in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn mapped() -> usize {
    pages(0) * 4096
}

#[cfg(target_os = "linux")]
fn pages(field: usize) -> usize {
    let sizes = std::fs::read_to_string("/proc/self/statm").expect("the kernel says");
    sizes.split(' ').nth(field).and_then(|pages| pages.parse().ok()).expect("a number")
}
