//! The web server of the Rust book's last chapter, as thread classes.
//!
//! ```sh
//! cargo run --example http_server            # on a free port, which it prints
//! cargo run --example http_server -- 8080
//! curl http://127.0.0.1:8080/                # and Ctrl-C stops the server
//! ```
//!
//! It shows a thread that says when it is ready, or why it never will be (`start_ready`); threads
//! that block in `accept` and `read`, and are woken when they are asked to stop (`on_stop`); and a
//! graceful shutdown: on Ctrl-C no connection is accepted any more, idle ones are closed, and a
//! request that is being answered gets its answer. Connections are kept alive as HTTP/1.1 has it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;
use std::{env, sync::Arc, thread};

use threadkit::{Builder, Event, Guard, thread_class};

/// Answers the requests that come over one connection. With `reuse`, a thread of the system serves one connection after the
/// other: where each is one short request, it answers half as many again.
#[thread_class(name = "connection {peer}", reuse)]
struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
}

#[thread_class]
impl Connection {
    fn run(&mut self) -> io::Result<()> {
        // A stop ends the reading side alone: an answer on its way is still written.
        let stream = self.stream.try_clone()?;
        threadkit::on_stop(move || drop(stream.shutdown(Shutdown::Read)));
        let mut requests = BufReader::new(self.stream.try_clone()?);
        while let Some((request, close)) = read_request(&mut requests)? {
            println!("{} {request}", self.peer);
            self.answer(&request)?;
            if close || threadkit::stop_requested() {
                break;
            }
        }
        // `on_stop` holds a clone of the stream: to drop this one would not close the connection.
        self.stream.shutdown(Shutdown::Both)
    }

    fn answer(&mut self, request: &str) -> io::Result<()> {
        let (status, body) = match request {
            "GET / HTTP/1.1" => ("200 OK", "Hi from Rust\n"),
            "GET /slow HTTP/1.1" => {
                thread::sleep(Duration::from_secs(1)); // hard work
                ("200 OK", "Hi, at last\n")
            }
            _ => ("404 NOT FOUND", "Oops!\n"),
        };
        let length = body.len();
        write!(self.stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}")
    }
}

/// The request line, and whether the connection is to be closed afterwards; `None` at its end.
fn read_request(input: &mut impl BufRead) -> io::Result<Option<(String, bool)>> {
    let mut lines = input.lines();
    let Some(request) = lines.next().transpose()? else { return Ok(None) };
    let mut close = request.ends_with("HTTP/1.0");
    for header in lines {
        match header?.to_ascii_lowercase().as_str() {
            "" => break,
            "connection: close" => close = true,
            _ => {}
        }
    }
    Ok(Some((request, close)))
}

/// Accepts connections, and starts a thread for each.
#[thread_class]
struct Server {
    port: u16,
}

#[thread_class]
impl Server {
    fn run(&mut self) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let address = listener.local_addr()?;
        threadkit::on_stop(move || drop(TcpStream::connect(address)));
        println!("listening on http://{address}");
        threadkit::ready();

        let mut connections: Vec<Guard<Connection>> = Vec::new();
        loop {
            let (stream, peer) = listener.accept()?;
            if threadkit::stop_requested() {
                break;
            }
            connections.retain(|connection| connection.is_alive());
            connections.push(Guard::new(Connection { stream, peer }.start()?));
        }
        // All at once; then the guards wait for one after another.
        for connection in &connections {
            connection.request_stop();
        }
        Ok(())
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let interrupted = Arc::new(Event::new());
    ctrlc::set_handler({
        let interrupted = interrupted.clone();
        move || interrupted.set()
    })?;
    let port = env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let _server = Guard::new(Builder::new(Server { port }).start_ready()?);
    interrupted.wait();
    println!("stopping");
    Ok(())
}
