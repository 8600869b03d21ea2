#[threadkit::main(stop)]
fn main() {
    println!("the body is looked at");
}
