//! What is initialised in place is a constant.

threadkit::local! {
    static NOW: std::time::Instant = const { std::time::Instant::now() };
}

fn main() {}
