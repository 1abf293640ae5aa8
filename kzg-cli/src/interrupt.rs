//! Ctrl-C: the first asks the job to finish what it is at, the second ends the program.

use kzg_advanced::CancellationToken;

use crate::exit::Exit;

/// A token that the first interrupt (or termination request) cancels.
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
        // The program works without; an interrupt then ends it at once, which is safe too.
        eprintln!("kzg: interrupts are not handled: {error}");
    }
    token
}
