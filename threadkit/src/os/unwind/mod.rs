//! Whether a panic will be caught, asked before it unwinds: the search that the unwinder makes first, made by hand.

use cfg_if::cfg_if;

use crate::base::guest;

/// Whether the panic that the current panic hook is told of is caught by code of the user's, before it comes to code
/// of this crate that catches ([`guest::boundary`]). Yes, where the stack ends before that, since such a panic does not
/// come to this crate: the process ends by it, and its message is to be said now. No, where it cannot be found out.
pub(crate) fn is_caught_by_user() -> bool {
    let (mut caught, mut passing, mut bounded) = (false, false, false);
    search::each_frame(|frame| {
        if frame.is_of(guest::boundary) {
            bounded = true;
            return false;
        }
        if frame.is_of(guest::passage) {
            passing = true;
        } else if frame.catches() {
            // The frame behind a passage catches a panic to let it go on.
            caught = !passing;
            passing = false;
        }
        !caught
    });
    caught || (search::FINDS_OUT && !bounded)
}

cfg_if! {
    if #[cfg(all(
        panic = "unwind",
        any(target_os = "linux", target_os = "macos"),
        any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
    ))] {
        mod search;
    } else {
        /// Where it goes by others, or does not go at all, no frame is visited.
        mod search {
            pub(super) const FINDS_OUT: bool = false;

            pub(super) struct Frame;

            impl Frame {
                pub(super) fn is_of(&self, _: fn(&mut dyn FnMut())) -> bool {
                    false
                }

                pub(super) fn catches(&self) -> bool {
                    false
                }
            }

            pub(super) fn each_frame(_: impl FnMut(&Frame) -> bool) {}
        }
    }
}
