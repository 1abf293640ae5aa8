//! The options of the linker for an addon of Node.js.

fn main() {
    napi_build::setup();
}
