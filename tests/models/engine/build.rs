//! Compiles the engine of the schedules: see `threadkit-schedules/src/lib.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cfg=threadkit_model");
}
