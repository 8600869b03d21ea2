//! Stacks where it is hard to ask for them.

use std::ffi::{c_int, c_void};
use std::io::{self, Read as _};
use std::process::{self, ExitCode};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{
    Builder, Dump, Stack, StackError, Stall, Target, ThreadDump, dump_stacks, set_stack_signal,
};

crate::scenarios! {
    stacks_beside_a_signal, stacks_by_a_signal, stacks_of_a_broken_stack, stacks_on_a_tiny_stack, stacks_in_a_child,
    stacks_beside_a_sigwait, stacks_of_beginners, stacks_of_the_dead, stacks_under_a_filter, stacks_where_signals_are_refused,
    stacks_without_the_main_thread, stacks_at_exit, stacks_without_a_call, dump_after, dump_late, dump_in_time, stop_and_continue,
}

fn row_of(dump: &Dump, is: impl Fn(&ThreadDump) -> bool) -> &ThreadDump {
    dump.threads().iter().find(|row| is(row)).expect("it is listed")
}

fn me(dump: &Dump) -> &ThreadDump {
    row_of(dump, |row| row.ident() == threadkit::get_ident())
}

static CAUGHT: AtomicU32 = AtomicU32::new(0);

extern "C" fn catch(_: c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

fn handle(signal: c_int) {
    let handler = catch as extern "C" fn(c_int);
    // SAFETY: the handler does nothing but count.
    assert_ne!(unsafe { libc::signal(signal, handler as *const () as usize) }, libc::SIG_ERR);
}

fn raise(signal: c_int) {
    // SAFETY: `raise` touches no memory.
    assert_eq!(unsafe { libc::raise(signal) }, 0);
}

/// The program has the number that would be taken, and takes the next one after the first dump.
fn stacks_beside_a_signal() -> ExitCode {
    let (first, second) = (libc::SIGRTMAX() - 1, libc::SIGRTMAX() - 2);
    handle(first);
    assert!(me(&dump_stacks()).stack().is_some());
    raise(first);
    handle(second);
    assert!(me(&dump_stacks()).stack().is_some());
    raise(second);
    println!("caught {}", CAUGHT.load(Ordering::Relaxed));
    // Whoever else sends the one that is used is not heard.
    raise(libc::SIGRTMAX() - 3);
    println!("still here");
    ExitCode::SUCCESS
}

/// A thread that waits for all signals is not woken by one that asks it.
fn stacks_beside_a_sigwait() -> ExitCode {
    let waiter = std::thread::spawn(|| {
        crate::hangs::block_all_signals();
        // SAFETY: a set of bits, for which all zeros are a value.
        let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
        // SAFETY: `all` is a place for a set.
        unsafe { libc::sigfillset(&raw mut all) };
        let mut signal = 0;
        // SAFETY: `all` is a set, and `signal` a place for the answer.
        assert_eq!(unsafe { libc::sigwait(&raw const all, &raw mut signal) }, 0);
        println!("{}", signal == libc::SIGUSR2);
    });
    let me = threadkit::get_ident();
    let waits = || {
        let dump = dump_stacks();
        let row = row_of(&dump, |row| row.ident() != me);
        // It blocks all of them before that, too.
        let waits = row.stack().is_some_and(|stack| stack.to_string().contains("sigwait"));
        row.native_id().filter(|_| waits)
    };
    let thread = loop {
        if let Some(thread) = waits() {
            break thread;
        }
    };
    // By the kernel's id, as the C libraries do not agree on the type of theirs.
    // SAFETY: the call touches no memory.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, process::id(), thread, libc::SIGUSR2) };
    assert_eq!(sent, 0);
    waiter.join().unwrap();
    ExitCode::SUCCESS
}

/// No signal can be queued.
fn stacks_where_signals_are_refused() -> ExitCode {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `none` is a limit, which the kernel copies.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_SIGPENDING, &raw const none) }, 0);
    let (_go, gate) = mpsc::channel::<()>();
    let thread = Builder::new(Target::new(move || gate.recv().is_ok())).with_daemon(true);
    let thread = thread.start().unwrap();
    loop {
        let dump = dump_stacks();
        let row = row_of(&dump, |row| row.ident() == thread.ident());
        let stack = row.stack().map(ToString::to_string);
        if stack.is_some_and(|stack| stack.contains("stacks_where_signals_are_refused")) {
            println!("{}", row.stack_error().unwrap());
            return ExitCode::SUCCESS;
        }
    }
}

/// The process goes on, and what the system tells of it by its number is gone.
fn stacks_without_the_main_thread() -> ExitCode {
    std::thread::spawn(|| {
        loop {
            let dump = dump_stacks();
            let main = row_of(&dump, |row| row.class_name() == "MainThread");
            if main.stack_error() == Some(&StackError::Ended) {
                // Without names: the files of the process are gone, too.
                let me = me(&dump);
                // With musl the outermost call is not found.
                let is_whole = me.stack_error().is_none() || cfg!(target_env = "musl");
                println!("{} {is_whole}", me.stack().is_some_and(|stack| stack.frames().len() > 3));
                process::exit(0);
            }
        }
    });
    // The main thread is known.
    let _ = threadkit::get_ident();
    // SAFETY: it ends this thread, which has nothing that another one uses.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
    unreachable!()
}

/// The main thread is over then, and is not somebody else's.
fn stacks_at_exit() -> ExitCode {
    threadkit::at_exit(|| {
        let dump = dump_stacks();
        let main = row_of(&dump, |row| row.native_id() == Some(process::id().into()));
        println!("{} {} {}", main.is_known(), main.class_name(), main.stack().is_some());
    })
    .unwrap();
    threadkit::spawn(|| ());
    ExitCode::SUCCESS
}

fn stacks_by_a_signal() -> ExitCode {
    handle(libc::SIGRTMIN() + 3);
    println!("{}", set_stack_signal(libc::SIGRTMIN() + 3).is_err());
    println!("{}", set_stack_signal(libc::SIGKILL).is_err());
    set_stack_signal(libc::SIGUSR2).unwrap();
    println!("{}", me(&dump_stacks()).stack().is_some());
    handle(libc::SIGUSR2);
    let dump = dump_stacks();
    println!("{}", me(&dump).stack_error().unwrap());
    ExitCode::SUCCESS
}

/// Registers that point nowhere, in a loop.
fn stacks_of_a_broken_stack() -> ExitCode {
    let broken = Target::new(|| {
        // SAFETY: it is a loop without an end, in which nobody looks at the registers but who is tested.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            std::arch::asm!(
                "mov rsp, 0x1230",
                "mov rbp, 0xdead0000",
                "2:",
                "jmp 2b",
                options(noreturn)
            );
        }
        #[cfg(not(target_arch = "x86_64"))]
        loop {}
    });
    let broken = Builder::new(broken).with_daemon(true).start().unwrap();
    let frames = loop {
        let dump = dump_stacks();
        let row = row_of(&dump, |row| row.ident() == broken.ident());
        match row.stack() {
            // Until it has come to the loop.
            Some(stack) if stack.frames().len() > 3 && cfg!(target_arch = "x86_64") => {}
            Some(stack) => break stack.frames().len(),
            None => {}
        }
    };
    println!("{}", frames >= 1);
    ExitCode::SUCCESS
}

/// A thread of C's, with as little stack as there can be and none apart for signals.
fn stacks_on_a_tiny_stack() -> ExitCode {
    extern "C" fn wait(_: *mut c_void) -> *mut c_void {
        loop {
            // SAFETY: `pause` touches no memory.
            unsafe { libc::pause() };
        }
    }
    // SAFETY: all zeros are a place for the attributes.
    let mut attributes: libc::pthread_attr_t = unsafe { std::mem::zeroed() };
    // SAFETY: `attributes` is that place.
    assert_eq!(unsafe { libc::pthread_attr_init(&raw mut attributes) }, 0);
    // SAFETY: they are initialised.
    let set =
        unsafe { libc::pthread_attr_setstacksize(&raw mut attributes, libc::PTHREAD_STACK_MIN) };
    assert_eq!(set, 0);
    // A number with glibc, a pointer with musl.
    let mut thread = std::mem::MaybeUninit::uninit();
    // SAFETY: `wait` takes anything, and `attributes` are initialised.
    let made = unsafe {
        libc::pthread_create(thread.as_mut_ptr(), &raw const attributes, wait, ptr::null_mut())
    };
    assert_eq!(made, 0);
    let known = [libc::pid_t::try_from(process::id()).unwrap()];
    let dump = dump_stacks();
    let row = row_of(&dump, |row| row.native_id() != Some(u64::from(known[0].unsigned_abs())));
    println!("{} {}", row.is_known(), row.stack().is_some_and(|stack| !stack.frames().is_empty()));
    ExitCode::SUCCESS
}

fn stacks_in_a_child() -> ExitCode {
    let asker = threadkit::spawn(|| {
        while !threadkit::stop_requested() {
            let _ = dump_stacks();
        }
    });
    for _ in 0..20 {
        // SAFETY: the child takes locks of the crate, which are free in it: that is tested.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let dump = dump_stacks();
            let found = dump.threads().len() == 1 && me(&dump).stack().is_some();
            // SAFETY: it ends the process.
            unsafe { libc::_exit(i32::from(!found)) };
        }
        let mut status = 0;
        // SAFETY: `status` is a place for the answer.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
    }
    asker.request_stop();
    println!("in each");
    ExitCode::SUCCESS
}

/// Threads that end while they are asked: nobody waits for those.
fn stacks_of_the_dead() -> ExitCode {
    static DONE: AtomicBool = AtomicBool::new(false);
    let starter = threadkit::spawn(|| {
        while !DONE.load(Ordering::Relaxed) {
            threadkit::spawn(|| ()).join().unwrap();
        }
    });
    for _ in 0..200 {
        assert!(me(&dump_stacks()).stack().is_some());
    }
    DONE.store(true, Ordering::Relaxed);
    starter.join().unwrap();
    println!("of none");
    ExitCode::SUCCESS
}

/// Threads that have just been started: none is listed once more, as one of somebody else's.
fn stacks_of_beginners() -> ExitCode {
    let alien = std::thread::spawn(std::thread::park);
    for _ in 0..200 {
        let (go, gate) = mpsc::channel::<()>();
        let beginner = threadkit::spawn(move || gate.recv().is_ok());
        let dump = dump_stacks();
        let row = row_of(&dump, |row| row.ident() == beginner.ident());
        assert_eq!(row.native_id(), beginner.native_id(), "{dump}");
        assert_eq!(dump.threads().iter().filter(|row| !row.is_known()).count(), 1, "{dump}");
        drop(go);
        beginner.join().unwrap();
    }
    alien.thread().unpark();
    println!("once each");
    ExitCode::SUCCESS
}

/// The system forbids the call by which memory is read.
fn stacks_under_a_filter() -> ExitCode {
    let instruction = |code: u32, if_so, if_not, k| libc::sock_filter {
        code: code.try_into().unwrap(),
        jt: if_so,
        jf: if_not,
        k,
    };
    let forbidden = u32::try_from(libc::SYS_process_vm_readv).unwrap();
    let error = libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs();
    let mut filter = [
        // The number of the call is the first word of what the filter sees.
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, forbidden),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, error),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 4, filter: filter.as_mut_ptr() };
    // SAFETY: these are numbers.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }, 0);
    // SAFETY: `program` is four instructions, which the kernel copies.
    let set =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(set, 0);
    let (go, gate) = mpsc::channel::<()>();
    let thread = Builder::new(Target::new(move || gate.recv().is_ok())).start().unwrap();
    let waits = || {
        let dump = dump_stacks();
        let stack = row_of(&dump, |row| row.ident() == thread.ident()).stack();
        // None, where the thread has not begun.
        stack.is_some_and(|stack| stack.to_string().contains("stacks_under_a_filter"))
    };
    while !waits() {
        std::thread::yield_now();
    }
    println!("its line is known");
    drop(go);
    ExitCode::SUCCESS
}

/// Nothing is installed before the first call.
fn stacks_without_a_call() -> ExitCode {
    let caught = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        status.lines().find(|line| line.starts_with("SigCgt:")).unwrap().to_owned()
    };
    // With its first thread the C library installs a handler of its own.
    std::thread::spawn(|| ()).join().unwrap();
    let before = caught();
    let _ = threadkit::dump();
    threadkit::spawn(|| ()).join().unwrap();
    println!("{}", caught() == before);
    let _ = dump_stacks();
    println!("{}", caught() == before);
    ExitCode::SUCCESS
}

fn dump_after() -> ExitCode {
    let mut stderr = crate::dumper::take_stderr();
    let _guard = threadkit::dump_after(Duration::from_millis(1));
    let mut bytes = vec![0; 64 * 1024];
    let length = stderr.read(&mut bytes).unwrap();
    let text = std::str::from_utf8(&bytes[..length]).unwrap();
    let first = format!("threads of process {}, after 1ms:\nIDENT", process::id());
    println!("{} {}", text.starts_with(&first), text.contains("\nstack of 'MainThread'"));
    ExitCode::SUCCESS
}

/// Whoever is late waits for the dump, which nobody reads until then.
fn dump_late() -> ExitCode {
    static READ: AtomicBool = AtomicBool::new(false);

    let mut stderr = crate::dumper::take_stderr();
    let block = [b'\n'; 1024];
    let fill = || {
        // SAFETY: `block` is readable for as many bytes as it is long.
        unsafe { libc::send(2, block.as_ptr().cast(), block.len(), libc::MSG_DONTWAIT) }
    };
    while fill() > 0 {}
    let guard = threadkit::dump_after(Duration::ZERO);
    let writes = || {
        let dump = dump_stacks();
        let row = dump.threads().iter().find(|row| row.name() == "dump_after");
        let mut frames = row.and_then(ThreadDump::stack).into_iter().flat_map(Stack::frames);
        frames.any(|frame| frame.file().is_some_and(|file| file.ends_with("os/stderr.rs")))
    };
    while !writes() {}
    std::thread::spawn(move || {
        let main_waits = || {
            let dump = threadkit::dump();
            let main = row_of(&dump, |row| row.class_name() == "MainThread");
            main.waits_for().is_some()
        };
        while !main_waits() {
            std::thread::yield_now();
        }
        READ.store(true, Ordering::Relaxed);
        io::copy(&mut stderr, &mut io::sink())
    });
    drop(guard);
    println!("{}", READ.load(Ordering::Relaxed));
    ExitCode::SUCCESS
}

fn dump_in_time() -> ExitCode {
    drop(threadkit::dump_after(Duration::from_secs(3600)));
    ExitCode::SUCCESS
}

/// Stopped for longer than the limit of a thread that says nothing.
fn stop_and_continue() -> ExitCode {
    let (say, told) = mpsc::channel();
    threadkit::set_stallhook(move |args| say.send(*args.stall).unwrap());
    let (go, gate) = mpsc::channel::<String>();
    let (running, runs) = mpsc::channel();
    let silent = Builder::new(Target::new(move || {
        running.send(()).unwrap();
        gate.recv()
    }));
    silent.with_stall_after(Duration::from_secs(2)).start().unwrap();
    runs.recv().unwrap();
    let parent = libc::pid_t::try_from(process::id()).unwrap();
    // SAFETY: the child calls nothing but what a signal handler may.
    if unsafe { libc::fork() } == 0 {
        for (signal, seconds) in [(libc::SIGSTOP, 3), (libc::SIGCONT, 0)] {
            // SAFETY: neither touches memory.
            unsafe { libc::kill(parent, signal) };
            // SAFETY: as above.
            unsafe { libc::sleep(seconds) };
        }
        // SAFETY: it ends the process.
        unsafe { libc::_exit(0) };
    }
    let excuse = told.recv().unwrap();
    // It goes on to say nothing, and then it is to blame.
    let stall = told.recv().unwrap();
    println!(
        "{} {}",
        matches!(excuse, Stall::Stopped { lasted } | Stall::Starved { lasted } if lasted > Duration::from_secs(2)),
        matches!(stall, Stall::Silent { .. })
    );
    drop(go);
    ExitCode::SUCCESS
}
