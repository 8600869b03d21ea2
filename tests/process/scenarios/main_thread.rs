//! What only a real main thread shows: it is no daemon, and it is known from everywhere.

use std::process::ExitCode;
use std::time::Duration;

use threadkit::{Target, current_thread, enumerate, main_thread, spawn};

crate::scenarios! {
    inheritance, main_joins_itself, main_joins_itself_under_the_attribute, main_from_a_child,
    overflow, overflow_of_a_daemon,
}

fn inheritance() -> ExitCode {
    let plain = spawn(|| (current_thread().is_daemon(), spawn(|| ()).is_daemon()));
    let daemon = Target::new(|| {
        let overridden = Target::new(|| ()).with_daemon(false).start().unwrap();
        (current_thread().is_daemon(), spawn(|| ()).is_daemon(), overridden.is_daemon())
    });
    let alien = std::thread::spawn(|| spawn(|| ()).is_daemon());
    let daemon = daemon.with_daemon(true).start().unwrap();
    println!("main: {}", main_thread().is_daemon());
    println!("plain, and its child: {:?}", plain.value().unwrap());
    println!("daemon, and its children: {:?}", daemon.value().unwrap());
    println!("of an alien: {}", alien.join().unwrap());
    ExitCode::SUCCESS
}

fn main_joins_itself() -> ExitCode {
    println!("{:?}", main_thread().join().unwrap_err());
    println!("{:?}", current_thread().join_timeout(Duration::ZERO).unwrap_err());
    println!("{:?}", main_thread().join_timeout(Duration::MAX).unwrap_err());
    ExitCode::SUCCESS
}

fn main_joins_itself_under_the_attribute() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        main_joins_itself()
    }
    main()
}

fn main_from_a_child() -> ExitCode {
    // First asked for off the main thread.
    let thread = spawn(|| {
        let main = main_thread();
        println!("{main_name} {class}", main_name = main.name(), class = main.class_name());
        println!("{} {}", main.is_alive(), main.is_daemon());
        // Linux has the id from the beginning, others when the main thread is first asked.
        let of_process = u64::from(std::process::id());
        println!("{}", !cfg!(target_os = "linux") || main.native_id() == Some(of_process));
        (main.clone(), current_thread() == main, enumerate().contains(&main))
    });
    let (main, is_itself, is_listed) = thread.value().unwrap();
    println!("{is_itself} {is_listed}");
    println!("{}", main == current_thread() && main.ident() == threadkit::get_ident());
    println!("{}", main.native_id() == Some(threadkit::get_native_id()));
    println!("{:?}", main.join().unwrap_err());
    ExitCode::SUCCESS
}

/// Has Windows end the process at an exception that nobody handles, without a look for a debugger. Wine would start that
/// on the thread which has no stack left, and so lose the thread alone.
#[cfg(windows)]
fn want_no_debugger() {
    /// `EXCEPTION_EXECUTE_HANDLER`: that is, the end of the process.
    const HANDLE: i32 = 1;
    extern "system" fn end(_: *const std::ffi::c_void) -> i32 {
        HANDLE
    }
    #[link(name = "kernel32")]
    unsafe extern "system" {
        // It keeps the function's address, and touches no other memory.
        safe fn SetUnhandledExceptionFilter(
            filter: extern "system" fn(*const std::ffi::c_void) -> i32,
        ) -> *const std::ffi::c_void;
    }
    SetUnhandledExceptionFilter(end);
}

#[cfg(not(windows))]
fn want_no_debugger() {}

/// Recursion without an end that the compiler cannot see through.
fn recurse(depth: usize) -> usize {
    let page = std::hint::black_box([depth; 512]);
    if depth == usize::MAX { 0 } else { recurse(depth + 1) + page[depth % 512] }
}

fn overflow() -> ExitCode {
    want_no_debugger();
    let deep = Target::new(|| recurse(0)).with_name("diver");
    let _ = deep.start().unwrap().join();
    ExitCode::SUCCESS
}

fn overflow_of_a_daemon() -> ExitCode {
    want_no_debugger();
    let deep = Target::new(|| recurse(0)).with_name("diver").with_stack_size(64 * 1024);
    let _ = deep.with_daemon(true).start().unwrap().join();
    ExitCode::SUCCESS
}
