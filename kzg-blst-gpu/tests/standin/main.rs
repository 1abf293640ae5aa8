//! The backend over the stand-in driver, which runs the kernels' PTX on the interpreter: bulk calls
//! against kzg-blst, faults by script, and the conformance suite.
//!
//! One program, because the tables of a device take most of the time; the tests share them.

mod bulk;
mod conformance;
mod faults;
mod library;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The interpreter runs on all processors itself.
    arguments.test_threads.get_or_insert(2);
    let mut trials: Vec<Trial> = Vec::new();
    for (group, tests) in [("bulk", bulk::TESTS), ("faults", faults::TESTS)] {
        trials.extend(tests.iter().map(|&(name, test)| {
            Trial::test(format!("{group}::{name}"), move || {
                test();
                Ok(())
            })
        }));
    }
    trials.extend(conformance::trials());
    let is_whole = arguments.filter.is_none() && arguments.skip.is_empty() && !arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    bulk::assert_released();
    if !conformance::report(is_whole) {
        eprintln!("conformance: an operation had no call for random blobs on the device");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}
