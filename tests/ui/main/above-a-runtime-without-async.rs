mod tokio {
    #[allow(unused_imports)]
    pub use std::prelude::v1::test as main;
}

#[threadkit::main]
#[tokio::main]
fn main() {}
