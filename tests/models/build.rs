//! Compiles the runtime over a model's primitives: see `threadkit/src/base/primitive.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cfg=threadkit_model");
    // The runtime's features are off.
    println!("cargo::rustc-check-cfg=cfg(feature, values(any()))");
}
