#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kzg_fuzz::ckzg_compatibility::run(data));
