use threadkit::thread_class;

/// Only its thread may touch the balance.
#[thread_class]
struct Account {
    balance: i64,
}

#[thread_class]
impl Account {
    fn run(&mut self) {
        self.balance += 1;
    }
}

fn main() {
    let account = Account { balance: 0 }.start().unwrap();
    println!("{}", account.balance);
}
