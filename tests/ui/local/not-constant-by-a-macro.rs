//! As `vec![1]`: what is in a macro is no constant, and told of once.

fn make() -> u32 {
    1
}

macro_rules! made {
    () => {
        make()
    };
}

threadkit::local! {
    static MADE: u32 = const { made!() };
}

fn main() {}
