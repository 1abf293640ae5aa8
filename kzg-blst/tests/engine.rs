//! The selection of the engine. It happens once in a process, so each case has its own process.
#![cfg(target_arch = "x86_64")]

use core::arch::asm;
use std::process::Command;

#[path = "../src/selection/required.rs"]
mod required;

use kzg_blst::{ENGINE_VARIABLE, Engine, EngineUnavailable};
use kzg_traits::{Blob, Precompute, SettingsOptions, TrustedSetup};

/// Runs the ignored test of that name in a process of its own.
fn in_a_process(test: &str, engine: Option<Engine>) {
    in_a_process_with(test, engine.map(Engine::name));
}

/// Runs the ignored test of that name in a process with the given value of the variable.
fn in_a_process_with(test: &str, engine: Option<&str>) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--ignored"]);
    match engine {
        Some(engine) => command.env(ENGINE_VARIABLE, engine),
        None => command.env_remove(ENGINE_VARIABLE),
    };
    let output = command.output().expect("starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{test}: {printed}");
    assert!(printed.contains("1 passed"), "{test}: {printed}");
}

/// The engines that this processor can run.
fn available() -> impl Iterator<Item = Engine> {
    let engines = Engine::ALL.iter().copied();
    engines.filter(|engine| required::can_test(engine.name(), engine.is_available()))
}

#[test]
fn select_overrides_the_environment() {
    for engine in available() {
        in_a_process("selecting", Some(engine));
    }
    in_a_process("selecting", None);
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn selecting() {
    for engine in Engine::ALL.iter().copied() {
        if engine.is_available() {
            assert_eq!(engine.select(), Ok(()));
            assert_eq!(Engine::current(), engine);
            // The selection holds on other threads too, whatever the environment says.
            let elsewhere = std::thread::spawn(Engine::current).join();
            assert_eq!(elsewhere.expect("no panic"), engine);
        } else {
            let before = Engine::current();
            assert_eq!(
                engine.select(),
                Err(EngineUnavailable::Unsupported { engine })
            );
            assert_eq!(Engine::current(), before);
        }
    }
}

#[test]
fn the_first_thread_may_be_in_any_floating_point_mode() {
    for engine in available() {
        in_a_process("first_used_while_rounding_towards_zero", Some(engine));
    }
}

/// The floating point mode of one thread changes neither the engine of the process nor the results
/// of other threads.
#[test]
#[ignore = "run by another test in a process of its own"]
fn first_used_while_rounding_towards_zero() {
    let asked_for = Engine::from_environment().expect("available");
    let asked_for = asked_for.expect("set by the other test");
    let mut blob = Blob::zeroed_on_heap();
    for (index, byte) in blob.0.iter_mut().enumerate() {
        if index % 32 != 0 {
            *byte = (index * index) as u8;
        }
    }
    let commit = || {
        let options = SettingsOptions::default().with_precompute(Precompute::SMALL);
        let settings = kzg_blst::load(&TrustedSetup::mainnet(), options);
        settings.expect("valid").blob_to_kzg_commitment(&blob)
    };
    let (chosen, strange) = rounding_towards_zero(|| (Engine::current(), commit()));
    assert_eq!((chosen, Engine::current()), (asked_for, asked_for));
    assert_eq!(strange, commit());
    Engine::Scalar.select().expect("on every processor");
    assert_eq!(strange, commit());
}

fn rounding_towards_zero<R>(f: impl FnOnce() -> R) -> R {
    set_mode(0x7f80);
    let result = f();
    set_mode(0x1f80);
    result
}

fn set_mode(mode: u32) {
    // SAFETY: the instruction reads four bytes, the size of the variable.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
}

#[test]
fn an_empty_variable_counts_as_unset() {
    in_a_process_with("selecting_by_an_empty_variable", Some(""));
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn selecting_by_an_empty_variable() {
    assert_eq!(std::env::var(ENGINE_VARIABLE).as_deref(), Ok(""));
    assert_eq!(Engine::from_environment(), Ok(None));
    assert!(Engine::current().is_available());
}
