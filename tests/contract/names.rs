//! Names: the default ones, changed ones, and what the kernel sees of them.

use threadkit::{Builder, Target, current_thread, spawn, thread_class};

use crate::support::gate;

#[cfg(target_os = "linux")]
fn kernel_name() -> String {
    let name = std::fs::read_to_string("/proc/thread-self/comm").unwrap();
    name.strip_suffix('\n').unwrap().to_owned()
}

/// There it is called the thread's description.
#[cfg(windows)]
fn kernel_name() -> String {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        // What stands for the current thread; it touches no memory.
        safe fn GetCurrentThread() -> isize;
        fn GetThreadDescription(thread: isize, description: *mut *mut u16) -> i32;
        fn LocalFree(memory: *mut u16) -> *mut u16;
    }
    let mut description = std::ptr::null_mut();
    // SAFETY: `description` is a place for the answer.
    let result = unsafe { GetThreadDescription(GetCurrentThread(), &raw mut description) };
    assert!(result >= 0, "{result:#x}");
    // SAFETY: the answer ends in a NUL, up to which it may be read.
    let length = (0..).take_while(|at| unsafe { *description.add(*at) } != 0).count();
    // SAFETY: as above.
    let name = String::from_utf16(unsafe { std::slice::from_raw_parts(description, length) });
    // SAFETY: the answer is the caller's to free, and nothing refers to it any more.
    unsafe { LocalFree(description) };
    name.unwrap()
}

#[thread_class]
struct AClassWithALongName;

#[thread_class]
impl AClassWithALongName {
    fn run(&self) -> String {
        current_thread().name().to_string()
    }
}

#[test]
fn a_default_name_is_the_class_and_a_number() {
    let number = |name: &str| name.strip_prefix("AClassWithALongName-").unwrap().parse::<u64>();
    let first = AClassWithALongName.start().unwrap();
    let second = AClassWithALongName.start().unwrap();
    let (one, two) = (number(&first.name()).unwrap(), number(&second.name()).unwrap());
    assert!(one < two);
    assert_eq!(first.value().unwrap(), *first.name());
    assert!(spawn(|| ()).name().starts_with("Target-"));
    let empty = AClassWithALongName.with_name("").start().unwrap();
    assert!(empty.name().starts_with("AClassWithALongName-"));
}

#[test]
fn a_name_changes_at_any_time() {
    let (gate, key) = gate();
    let thread = Target::new(move || gate.wait()).with_name("same").start().unwrap();
    let twin = Target::new(|| ()).with_name("same").start().unwrap();
    assert_eq!(thread.name(), twin.name());
    thread.set_name("changed");
    assert_eq!(thread.clone().to_thread().name(), "changed");
    drop(key);
    thread.join().unwrap();
    thread.set_name(String::from("after the end"));
    assert_eq!(thread.name(), "after the end");
}

/// As given to the start, and as set by the thread itself: 15 bytes of it on Linux, all of it on Windows.
#[cfg(any(target_os = "linux", windows))]
#[test]
fn the_kernel_sees_what_it_has_room_for() {
    let cases = [
        ("short", "short"),
        ("exactly15bytes!", "exactly15bytes!"),
        ("longer than fifteen bytes", "longer than fif"),
        ("nul\0inside", "nul"),
        ("\0", ""),
        ("ééééééééé", "ééééééé"),         // 7 of 2 bytes, not 7.5
        ("aéééééééé", "aééééééé"),        // 15 exactly
        ("日本語日本語", "日本語日本"),   // 5 of 3 bytes
        ("ab日本語日本語", "ab日本語日"), // 14
        ("123456789012345\u{1f980}", "123456789012345"),
        ("12345678901234\u{1f980}", "12345678901234"),
        ("line\nbreak", "line\nbreak"),
        ("two words %s", "two words %s"),
        ("12345678901\0日本語日本語", "12345678901"),
    ];
    for (name, on_linux) in cases {
        let seen = if cfg!(windows) { name.split('\0').next().unwrap() } else { on_linux };
        let at_start = Target::new(kernel_name).with_name(name).start().unwrap();
        assert_eq!(at_start.name(), name);
        assert_eq!(at_start.value().unwrap(), seen, "{name:?} at the start");
        let own = Target::new(move || {
            current_thread().set_name(name);
            kernel_name()
        });
        let own = own.with_name("before").start().unwrap();
        assert_eq!(own.value().unwrap(), seen, "{name:?} set by the thread");
        assert_eq!(own.name(), name);
    }
}

#[cfg(any(target_os = "linux", windows))]
#[test]
fn the_kernel_is_told_by_the_thread_alone() {
    let (gate, key) = gate();
    let (tell, told) = std::sync::mpsc::channel();
    let thread = Target::new(move || {
        tell.send(kernel_name()).unwrap();
        gate.wait();
        kernel_name()
    });
    let thread = thread.with_name("before").start().unwrap();
    assert_eq!(told.recv().unwrap(), "before");
    thread.set_name("from outside");
    drop(key);
    assert_eq!(thread.name(), "from outside");
    assert_eq!(thread.value().unwrap(), "before");
}

#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's name of the thread is the class's")]
fn std_sees_the_name_too() {
    let names = || {
        let name = std::thread::current().name().map(ToOwned::to_owned);
        (name, current_thread().name().to_string())
    };
    let thread = Builder::new(Target::new(names)).with_name("same for both").start().unwrap();
    let (stds, ours) = thread.value().unwrap();
    assert_eq!((stds.as_deref(), &*ours), (Some("same for both"), "same for both"));
}
