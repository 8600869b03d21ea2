//! Twelve ways to hang. Each says on stdout in which lines its threads hang, and waits for the signals of a `Dumper`.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use threadkit::{Dumper, Thread};

crate::scenarios! {
    hang_lock, hang_crossed, hang_channel, hang_pipe, hang_accept, hang_condvar, hang_join, hang_scope, hang_spin,
    hang_masked, hang_masked_in_another, hang_child, hang_destructor, hang_unknown, hang_deep,
}

/// Starts a thread for each closure and says the lines, which are those of the calls that do not return.
fn hang<const N: usize>(threads: [(u32, Box<dyn FnOnce() + Send>); N]) -> ExitCode {
    Dumper::new().unwrap().start().unwrap();
    for (line, f) in threads {
        println!("hangs.rs:{line}");
        threadkit::spawn(f);
    }
    forever()
}

/// Where nothing ends that is waited for.
fn forever() -> ! {
    println!("ready");
    loop {
        thread::park();
    }
}

fn hang_lock() -> ExitCode {
    static LOCK: Mutex<()> = Mutex::new(());
    std::mem::forget(LOCK.lock());
    hang([(line!(), Box::new(|| drop(LOCK.lock())))])
}

fn hang_crossed() -> ExitCode {
    let (left, right) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let both = Arc::new(Barrier::new(2));
    let cross = |first: &Arc<Mutex<()>>, second: &Arc<Mutex<()>>| {
        let (first, second, both) = (first.clone(), second.clone(), both.clone());
        let f: Box<dyn FnOnce() + Send> = Box::new(move || {
            let _first = first.lock().unwrap();
            both.wait();
            drop(second.lock()); // here
        });
        (line!() - 2, f)
    };
    hang([cross(&left, &right), cross(&right, &left)])
}

fn hang_channel() -> ExitCode {
    let (sender, receiver) = mpsc::channel::<String>();
    std::mem::forget(sender);
    hang([(line!(), Box::new(move || drop(receiver.recv())))])
}

fn hang_pipe() -> ExitCode {
    let (mut write, read) = UnixStream::pair().unwrap();
    std::mem::forget(read);
    let much = vec![0; 10 << 20];
    hang([(line!(), Box::new(move || write.write_all(&much).unwrap()))])
}

fn hang_accept() -> ExitCode {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    hang([(line!(), Box::new(move || drop(listener.accept())))])
}

fn hang_condvar() -> ExitCode {
    let (lock, changed) = (Mutex::new(()), Condvar::new());
    let wait = move || {
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait(guard));
    };
    hang([(line!() - 2, Box::new(wait))])
}

fn parked() -> Thread {
    threadkit::spawn(forever_quiet).to_thread()
}

fn forever_quiet() {
    loop {
        thread::park();
    }
}

fn hang_join() -> ExitCode {
    let parked = parked();
    hang([(line!(), Box::new(move || drop(parked.join())))])
}

fn hang_scope() -> ExitCode {
    let f = || {
        threadkit::scope(|scope| {
            scope.spawn(forever_quiet);
        });
    };
    hang([(line!() - 4, Box::new(f))])
}

fn hang_spin() -> ExitCode {
    static DONE: AtomicBool = AtomicBool::new(false);
    hang([(
        line!() + 2,
        Box::new(|| {
            while !DONE.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        }),
    )])
}

pub(crate) fn block_all_signals() {
    // SAFETY: a set of bits, for which all zeros are a value.
    let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `all` is a place for a set.
    unsafe { libc::sigfillset(&raw mut all) };
    // SAFETY: `all` is a set; the old mask is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut()) };
}

fn hang_masked() -> ExitCode {
    let f = || {
        block_all_signals();
        let (_sender, receiver) = mpsc::channel::<String>();
        drop(receiver.recv());
    };
    hang([(line!() - 2, Box::new(f))])
}

// As std's functions in an optimized program: they keep a frame pointer, and who calls them uses that register otherwise.
#[cfg(target_arch = "x86_64")]
std::arch::global_asm!(
    ".globl wait_with_a_frame_pointer",
    "wait_with_a_frame_pointer:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov ebp, 7",
    "call 2f",
    "pop rbp",
    ".cfi_def_cfa_offset 8",
    "ret",
    ".cfi_endproc",
    "2:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "sub rsp, 48",
    "mov eax, 34", // pause
    "syscall",
    "leave",
    ".cfi_def_cfa rsp, 8",
    "ret",
    ".cfi_endproc",
);

#[cfg(target_arch = "x86_64")]
unsafe extern "C" {
    safe fn wait_with_a_frame_pointer();
}

#[cfg(not(target_arch = "x86_64"))]
fn wait_with_a_frame_pointer() {
    loop {
        thread::park();
    }
}

/// The kernel does not tell the register by which the stack is found.
fn hang_masked_in_another() -> ExitCode {
    let f = || {
        block_all_signals();
        wait_with_a_frame_pointer();
        std::hint::black_box(());
    };
    hang([(line!() - 3, Box::new(f))])
}

fn hang_child() -> ExitCode {
    let mut child = Command::new("cat");
    child.stdin(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let stdin = child.stdin.take();
    hang([(line!(), Box::new(move || drop((child.wait(), stdin))))])
}

/// Does not let go.
struct Clinging(mpsc::Receiver<String>, mpsc::Sender<String>);

impl Drop for Clinging {
    fn drop(&mut self) {
        let Self(receiver, _sender) = self;
        drop(receiver.recv());
    }
}

const LINE_OF_DROP: u32 = line!() - 4;

fn hang_destructor() -> ExitCode {
    thread_local! {
        static CLINGING: Clinging = { let (sender, receiver) = mpsc::channel(); Clinging(receiver, sender) };
    }
    hang([(LINE_OF_DROP, Box::new(|| CLINGING.with(|_| ())))])
}

/// A thread of std's, of which this crate has not heard.
fn hang_unknown() -> ExitCode {
    let (sender, receiver) = mpsc::channel::<String>();
    std::mem::forget(sender);
    Dumper::new().unwrap().start().unwrap();
    println!("hangs.rs:{}\nUnknownThread\nnot known here\n'of std'", line!() + 1);
    let f = move || drop(receiver.recv());
    thread::Builder::new().name("of std".to_owned()).spawn(f).unwrap();
    forever()
}

/// Deeper than what is copied, and without an end that could be shown.
fn hang_deep() -> ExitCode {
    fn deep(depth: u32, receiver: &mpsc::Receiver<String>) -> u64 {
        let block = std::hint::black_box([u64::from(depth); 64]);
        if depth == 0 {
            drop(receiver.recv());
            return 0;
        }
        deep(depth - 1, receiver) + block[7]
    }
    let (sender, receiver) = mpsc::channel::<String>();
    std::mem::forget(sender);
    hang([(line!() - 7, Box::new(move || _ = deep(1000, &receiver)))])
}
