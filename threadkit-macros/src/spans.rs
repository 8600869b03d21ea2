//! Where generated tokens are located, and how they resolve.

use proc_macro2::Span;

/// The span for generated tokens that stand for what the user wrote at `user`.
///
/// Located there, so that messages point at the user's token; resolved at the call site, since a
/// name made by this macro at a `macro_rules!` span would be out of reach of its own uses.
pub(crate) fn located_at(user: Span) -> Span {
    Span::call_site().located_at(user)
}
