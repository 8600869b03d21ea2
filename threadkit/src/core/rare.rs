//! [`Rare`]: what few threads need, kept for those alone.

use std::sync::Arc;

use crate::base::primitive::sync::{Mutex, OnceLock};
use crate::core::exception::Exception;
use crate::core::open_scope::OpenScope;
use crate::core::stop::StopState;

/// What few threads need: allocated at the first need of any of it.
#[derive(Default)]
pub(crate) struct Rare {
    pub(crate) stop: StopState,
    /// Set before the thread is over.
    pub(crate) failure: OnceLock<Arc<Exception>>,
    /// The innermost scope that the thread owns. Taken only under the lock of the graph of joins,
    /// which a fork waits for: so no lost thread holds it.
    pub(crate) scope: Mutex<Option<Arc<OpenScope>>>,
}
