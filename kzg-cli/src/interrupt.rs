//! Interrupts: the first asks the job to finish what it has begun, the second ends the program.

use kzg_advanced::CancellationToken;

use crate::exit::Exit;
use crate::output;

/// A token that the first interrupt, or request to terminate, cancels.
pub(crate) fn token() -> CancellationToken {
    let token = CancellationToken::default();
    let cancelled = token.clone();
    let installed = ctrlc::set_handler(move || {
        if cancelled.is_cancelled() {
            std::process::exit(Exit::Interrupted.code().into());
        }
        cancelled.cancel();
    });
    if let Err(error) = installed {
        // An interrupt then ends the program at once, which is safe too.
        output::note(&format!("interrupts are not handled: {error}"));
    }
    token
}
