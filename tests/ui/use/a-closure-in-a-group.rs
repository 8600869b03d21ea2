use threadkit::Group;

fn main() {
    let _ = Group::start((0..3).map(|number| move || println!("{number}")));
}
