//! A stack in memory of the system's allocator.
//!
//! A thread's keys are noted here at their first use. The program's own allocator may use a key, as it may use a
//! `std::thread_local!`: it would be called again from that first use if this came from it.

use std::alloc::{GlobalAlloc, Layout, System, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;

/// A `Vec` of what needs no drop.
///
/// Invariants: `items` has room for `capacity` items, in memory of `System`'s if that is not 0; the first `len` are
/// initialised.
pub(super) struct Stack<T: Copy> {
    items: NonNull<T>,
    len: usize,
    capacity: usize,
}

impl<T: Copy> Stack<T> {
    pub(super) const fn new() -> Self {
        const { assert!(size_of::<T>() > 0) };
        Self { items: NonNull::dangling(), len: 0, capacity: 0 }
    }

    pub(super) fn push(&mut self, item: T) {
        if self.len == self.capacity {
            self.grow();
        }
        // SAFETY: `len` is below `capacity` now, so the place is in the allocation.
        let place = unsafe { self.items.add(self.len) };
        // SAFETY: as before; and it is this stack's alone.
        unsafe { place.write(item) };
        self.len += 1;
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let last = self.last().copied()?;
        self.len -= 1;
        Some(last)
    }

    #[cold]
    fn grow(&mut self) {
        let capacity = (2 * self.capacity).max(4);
        let layout = Self::layout(capacity);
        let items = if self.capacity == 0 {
            // SAFETY: items have a size, so the layout has one.
            unsafe { System.alloc(layout) }
        } else {
            // SAFETY: 1. `items` came from `System` with the layout of `capacity`, by the invariant.
            // 2. The new size is not 0, and `layout` has seen that it is no more than an `isize` can say.
            unsafe {
                System.realloc(
                    self.items.as_ptr().cast(),
                    Self::layout(self.capacity),
                    layout.size(),
                )
            }
        };
        self.items = NonNull::new(items.cast()).unwrap_or_else(|| handle_alloc_error(layout));
        self.capacity = capacity;
    }

    fn layout(capacity: usize) -> Layout {
        Layout::array::<T>(capacity).expect("no more than memory has room for")
    }
}

impl<T: Copy> Deref for Stack<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: `len` items are initialised, by the invariant; an empty slice may dangle.
        unsafe { slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }
}

impl<T: Copy> DerefMut for Stack<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and `self` is borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.items.as_ptr(), self.len) }
    }
}

impl<T: Copy> Drop for Stack<T> {
    fn drop(&mut self) {
        if self.capacity != 0 {
            // SAFETY: it came from `System` with this layout, by the invariant, and is not used again.
            unsafe { System.dealloc(self.items.as_ptr().cast(), Self::layout(self.capacity)) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stack;

    #[test]
    fn holds_what_a_vec_holds() {
        let mut stack = Stack::new();
        assert_eq!((stack.pop(), stack.len()), (None, 0));
        let mut vec = Vec::new();
        for round in 0..100_u64 {
            for item in 0..round % 7 {
                stack.push((round, item));
                vec.push((round, item));
            }
            for (round, _) in stack.iter_mut().chain(&mut vec) {
                *round += 1;
            }
            if round % 3 == 0 {
                assert_eq!(stack.pop(), vec.pop());
            }
            assert_eq!(*stack, *vec);
        }
        while let Some(item) = vec.pop() {
            assert_eq!(stack.pop(), Some(item));
        }
        assert_eq!(stack.pop(), None);
    }
}
