//! The macro `local!`.

/// Declares thread-local keys, as [`std::thread_local!`] does: several in one call, with attributes and visibilities,
/// and initialisers that are run at a thread's first use or, as `const { .. }`, in place from the start.
///
/// Each declaration gives a constant of the type [`LocalKey`](crate::LocalKey).
///
/// # Destruction
///
/// A thread's values are destroyed, last initialised first and those of [`Local`](crate::Local) among them, before a
/// `join` of the thread returns; on the main thread under `#[threadkit::main]` before the process ends; on other
/// threads (std's, C's) when they end. Values initialised by a destructor are destroyed as well. A destroyed value is
/// not made again. A destructor that panics is reported as a failure of the thread, and the others still run.
///
/// `std::process::exit` destroys nothing of its caller's if that is a thread of this crate, or main under the
/// attribute: it may be called inside a closure of [`with`](crate::LocalKey::with), whose value threads of a scope still
/// read. On other threads what happens is what std does with its own: on Linux and macOS it destroys the values of the
/// caller (also when `main` returns without the attribute), and such a scope then reads freed memory.
///
/// # In a global allocator
///
/// As with std's macro, keys may be used in the program's global allocator: what a first use has to remember it keeps
/// in memory of the system's. (An initialiser must not allocate there, of course. Instances of [`Local`](crate::Local)
/// do allocate.)
///
/// # Inheritance
///
/// With `#[inherit]`, a thread starts with a clone of its starter's value, where the starter has one. The value's type
/// must be `Clone + Send`. The clone is made by the starter, before anything of the new thread exists: a `RefCell` that
/// is mutably borrowed at that moment is an error of `start` that names it.
///
/// A `macro_rules!` of your own that hands attributes on takes them as `$(#[$($attribute:tt)*])*`: in a fragment of the
/// kind `meta`, `#[inherit]` cannot be seen.
///
/// # Examples
///
/// ```
/// use std::cell::{Cell, RefCell};
///
/// threadkit::local! {
///     /// How often this thread was asked.
///     pub static HITS: Cell<u64> = Cell::new(0);
///     static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
///     /// The request that this thread, and those it starts, work on.
///     #[inherit]
///     static REQUEST: RefCell<String> = RefCell::default();
/// }
///
/// HITS.set(HITS.get() + 1);
/// BUFFER.with_borrow_mut(|buffer| buffer.extend(b"hello"));
/// REQUEST.set("GET /".to_owned());
/// assert_eq!((HITS.get(), BUFFER.take(), REQUEST.take()), (1, b"hello".to_vec(), "GET /".to_owned()));
/// ```
#[doc(alias("thread_local", "ContextVar", "InheritableThreadLocal"))]
#[macro_export]
macro_rules! local {
    ($($declarations:tt)*) => {
        $crate::__local!([] [] $($declarations)*);
    };
}

/// The declarations one after the other: the attributes seen of the first, whether it is `inherited`, and the rest.
///
/// What no rule takes goes to a procedural macro, which can say why on the token that is wrong.
#[doc(hidden)]
#[macro_export]
macro_rules! __local {
    ([] []) => {};
    // Attributes are sorted one by one, since `#[inherit]` may stand anywhere among them. Doc comments, which are many,
    // go four at a time, lest they use up the recursion limit.
    ([$($kept:tt)*] $how:tt
        #[doc = $a:expr] #[doc = $b:expr] #[doc = $c:expr] #[doc = $d:expr] $($rest:tt)+
    ) => {
        $crate::__local!(
            [$($kept)* #[doc = $a] #[doc = $b] #[doc = $c] #[doc = $d]] $how $($rest)+
        );
    };
    ($kept:tt $how:tt #[inherit] $($rest:tt)+) => {
        $crate::__local!($kept [inherited] $($rest)+);
    };
    ($kept:tt $how:tt #[inherit $($arguments:tt)+] $($rest:tt)*) => {
        $crate::__private::local::mistake!(($crate::local) #[inherit $($arguments)+] $($rest)*);
    };
    ([$($kept:tt)*] $how:tt # $attribute:tt $($rest:tt)+) => {
        $crate::__local!(@attribute $attribute # $attribute [$($kept)*] $how $($rest)+);
    };
    // Words for it that come to mind; the compiler would know them no better.
    (@attribute [inherited $($arguments:tt)*] # $attribute:tt [$($kept:tt)*] $how:tt $($rest:tt)+) => {
        $crate::__private::local::mistake!(($crate::local) $($kept)* # $attribute $($rest)+);
    };
    (@attribute [inherits $($arguments:tt)*] # $attribute:tt [$($kept:tt)*] $how:tt $($rest:tt)+) => {
        $crate::__private::local::mistake!(($crate::local) $($kept)* # $attribute $($rest)+);
    };
    (@attribute [inheritable $($arguments:tt)*] # $attribute:tt [$($kept:tt)*] $how:tt $($rest:tt)+) => {
        $crate::__private::local::mistake!(($crate::local) $($kept)* # $attribute $($rest)+);
    };
    (@attribute [Inherit $($arguments:tt)*] # $attribute:tt [$($kept:tt)*] $how:tt $($rest:tt)+) => {
        $crate::__private::local::mistake!(($crate::local) $($kept)* # $attribute $($rest)+);
    };
    (@attribute $any:tt # $attribute:tt [$($kept:tt)*] $how:tt $($rest:tt)+) => {
        $crate::__local!([$($kept)* # $attribute] $how $($rest)+);
    };
    ([$($kept:tt)*] []
        $vis:vis static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?
    ) => {
        $($kept)*
        $vis const $name: $crate::LocalKey<$t> = {
            // Written once, so that what is wrong with it is told once.
            #[allow(clippy::declare_interior_mutable_const)]
            const __THREADKIT_INIT: $t = const { $init };
            $crate::__private::local::lasting! {
                static __THREADKIT_SLOT: $crate::__private::local::Filled<$t> =
                    const { $crate::__private::local::Filled::<$t>::new(__THREADKIT_INIT) };
            }
            $crate::LocalKey::<$t>::filled(__THREADKIT_SLOT, || __THREADKIT_INIT)
        };
        $($crate::__local!([] [] $($rest)*);)?
    };
    // An inherited value with a `const` initialiser comes here, too: whether the starter has a value is known of a lazy
    // one only.
    ([$($kept:tt)*] $how:tt
        $vis:vis static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?
    ) => {
        $($kept)*
        $vis const $name: $crate::LocalKey<$t> = {
            $crate::__private::local::lasting! {
                static __THREADKIT_SLOT: $crate::__private::local::Slot<$t> =
                    const { $crate::__private::local::Slot::<$t>::new() };
            }
            fn __threadkit_init() -> $t {
                $init
            }
            $crate::__local!(@key $how $name $t)
        };
        $($crate::__local!([] [] $($rest)*);)?
    };
    (@key [] $name:ident $t:ty) => {
        $crate::LocalKey::<$t>::lazy(__THREADKIT_SLOT, __threadkit_init)
    };
    (@key [inherited] $name:ident $t:ty) => {{
        fn __threadkit_copy(__value: &$t) -> $crate::__private::local::Option<$t> {
            #[allow(unused_imports)]
            use $crate::__private::local::{ByBorrow as _, ByClone as _, ByNothing as _};
            (&&&$crate::__private::local::Via(__value)).__threadkit_copy()
        }
        $crate::__private::local::inherited::<$t>(
            __THREADKIT_SLOT,
            __threadkit_init,
            $crate::__private::local::concat!(
                $crate::__private::local::module_path!(),
                "::",
                $crate::__private::local::stringify!($name)
            ),
            __threadkit_copy,
        )
    }};
    ($kept:tt $how:tt $($declarations:tt)+) => {
        $crate::__private::local::mistake!(($crate::local) $($declarations)+);
    };
}
