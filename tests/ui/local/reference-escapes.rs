//! A reference to the value does not leave the closure.

threadkit::local! {
    static NAME: String = String::from("a");
}

fn main() {
    let name: &String = NAME.with(|name| name);
    println!("{name}");
}
