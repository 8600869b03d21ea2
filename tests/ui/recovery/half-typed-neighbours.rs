//! Each mistake is the compiler's to tell, and told once: what stands beside it stays known.

use threadkit::thread_class;

#[thread_class]
struct NoSemicolon;

#[thread_class]
impl NoSemicolon {
    const LIMIT: u8 = 3

    pub fn new() -> Self {
        Self
    }

    fn run(&self) -> u8 {
        Self::LIMIT
    }
}

#[thread_class]
struct NoComma;

#[thread_class]
impl NoComma {
    fn run(&self) -> (u8 u8) {
        (1, self.second())
    }

    fn second(&self) -> u8 {
        2
    }
}

#[thread_class]
struct NoArrow(u8);

#[thread_class]
impl NoArrow {
    fn new(id: u8) Self {
        Self(id)
    }

    fn run(&self) -> u8 {
        self.0
    }
}

#[thread_class]
struct NoAttribute;

#[thread_class]
impl NoAttribute {
    #[]
    pub fn new() -> Self {
        Self
    }

    fn run(&self) {}
}

#[thread_class]
struct NoName;

#[thread_class]
impl NoName {
    fn (&self) {}
}

fn main() {
    let _ = NoSemicolon::new().start();
    let _ = NoComma.start();
    let _ = NoArrow::new(1).start();
    let _ = NoAttribute::new().start();
    let _ = NoName.start();
}
