//! Thread-local data as a field of an object, as Python's `threading.local()` is used.
//!
//! ```sh
//! cargo run --example embedded_python_style_locals
//! ```
//!
//! In Python, a pool of connections that gives each thread its own:
//!
//! ```python
//! class Database:
//!     def __init__(self, url):
//!         self.url = url
//!         self._local = threading.local()
//!
//!     def query(self, sql):
//!         if not hasattr(self._local, "connection"):
//!             self._local.connection = Connection(self.url)
//!         return self._local.connection.query(sql)
//! ```
//!
//! It shows `Local`, which is an instance where `thread_local!` is a static: two databases keep
//! their connections apart. A thread's connection is made at its first query and closed before
//! `join` returns; all are closed when the database goes; and one thread can look at all of them.

use std::cell::Cell;
use std::sync::Arc;

use threadkit::{Group, Local, thread_class};

/// Not `Sync`, as the connections of many databases: a thread may only use its own.
struct Connection {
    url: String,
    queries: Cell<u32>,
}

impl Connection {
    fn query(&self, sql: &str) -> String {
        self.queries.set(self.queries.get() + 1);
        format!("{sql} at {}", self.url)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        println!("closed {} after {} queries", self.url, self.queries.get());
    }
}

/// May be shared: `Local` gives each thread its own connection.
struct Database {
    connection: Local<Connection>,
}

impl Database {
    fn new(url: &str) -> Self {
        let url = url.to_owned();
        let connect = move || Connection { url: url.clone(), queries: Cell::new(0) };
        Self { connection: Local::new(connect) }
    }

    fn query(&self, sql: &str) -> String {
        self.connection.with(|connection| connection.query(sql))
    }
}

/// Asks a database `queries` times.
#[thread_class]
struct Client {
    database: Arc<Database>,
    queries: u32,
}

#[thread_class]
impl Client {
    fn run(&self) {
        for _ in 0..self.queries {
            self.database.query("SELECT 1");
        }
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [orders, stock] = ["db://orders", "db://stock"].map(Database::new).map(Arc::new);
    println!("{}", orders.query("SELECT 7"));

    let clients = (1..=3).map(|queries| Client { database: orders.clone(), queries });
    Group::start(clients)?.join()?; // their connections are closed here
    println!("{}", stock.query("SELECT 8"));

    drop(orders); // and main's connection to it, which nobody can reach any more
    println!("the end");
    Ok(())
}
