//! How an error or a panic becomes a code, and the words that a caller can ask for afterwards.

use abi::OK;
use api::{CallError, ErrorKind, status_of};
use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
};

thread_local! {
    /// Words on the last failure of this thread.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Looks at the words on the last failure of this thread. None at the very end of a thread's life.
pub(crate) fn with_last<T>(look: impl FnOnce(&str) -> T) -> Option<T> {
    LAST.try_with(|last| look(&last.borrow())).ok()
}

/// Runs the body of an exported function. `Err` after a panic: its code.
pub(crate) fn guard(act: impl FnOnce() -> Result<i32, CallError>) -> Result<i32, i32> {
    // Whatever a panic leaves half done is not looked at again: its engine is closed.
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(error)) => Ok(failed(&error)),
        Err(panic) => Err(failed(&CallError::new(ErrorKind::Internal, words(&*panic)))),
    }
}

/// Keeps the words and gives the code.
#[cold]
fn failed(error: &CallError) -> i32 {
    // A thread at its very end has no room for words any more; the code is there.
    let _ = LAST.try_with(|last| error.detail().clone_into(&mut last.borrow_mut()));
    let code = status_of(error.kind()).c;
    debug_assert_ne!(code, OK);
    code
}

fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the engine panicked: {}", said.unwrap_or("it did not say why"))
}

/// Panics of this library are told by their code and words, not on stderr: the contract forbids to
/// print.
pub(crate) fn silence_panics() {
    // A shared library has a standard library of its own, so no other code loses its hook. Tests
    // are linked into one.
    #[cfg(not(test))]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    }
}
