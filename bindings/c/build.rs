//! Names the shared library for the dynamic linker.

/// The number in the soname of the shared library. It increases when programs that are linked to the
/// library have to be built again.
const ABI: u32 = 0;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        // The file name that cargo gives the library: no script installs it under another name here.
        Ok("macos" | "ios") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libkzg.dylib");
        }
        Ok("windows") => {}
        _ => println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libkzg.so.{ABI}"),
    }
}
