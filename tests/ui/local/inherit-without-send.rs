//! The clone goes to another thread.

threadkit::local! {
    #[inherit]
    static REQUEST: std::rc::Rc<u32> = std::rc::Rc::new(0);
}

fn main() {}
