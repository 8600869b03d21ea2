//! A child starts with a clone.

struct Request;

threadkit::local! {
    #[inherit]
    static REQUEST: Request = Request;
}

fn main() {}
