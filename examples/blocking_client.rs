//! A client with blocking calls over an async runtime, which has a thread of its own.
//!
//! ```sh
//! cargo run --example blocking_client
//! ```
//!
//! If something goes wrong before the client is ready, its constructor returns that very error. With std's threads,
//! this takes a channel, and a branch for each way in which nothing comes through it.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use threadkit::{Builder, Guard, NotReady, Target, thread_class};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// A request, and where its answer goes.
type Call = (Vec<u8>, oneshot::Sender<io::Result<Vec<u8>>>);

/// Ends when the client is dropped. Its errors are returned by the constructor, so they are kept off stderr.
#[thread_class(name = "client of {server}", daemon, excepthook = threadkit::silent)]
struct Runtime {
    server: SocketAddr,
    patience: Duration,
    calls: mpsc::UnboundedReceiver<Call>,
}

#[thread_class]
impl Runtime {
    fn run(mut self) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // The first connection shows whether anybody is there.
            TcpStream::connect(self.server).await?;
            threadkit::ready();
            while let Some((request, answer)) = self.calls.recv().await {
                tokio::spawn(async move {
                    let exchange = timeout(self.patience, exchange(self.server, request)).await;
                    // It fails only if the caller has gone.
                    let _ = answer.send(exchange.unwrap_or_else(|late| Err(late.into())));
                });
            }
            Ok(())
        })
    }
}

async fn exchange(server: SocketAddr, request: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&request).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// The fields are dropped in their order: the runtime has no more calls, and is joined.
struct Client {
    calls: mpsc::UnboundedSender<Call>,
    _runtime: Guard<Runtime>,
}

impl Client {
    fn new(server: SocketAddr) -> io::Result<Self> {
        let (calls, inbox) = mpsc::unbounded_channel();
        let runtime = Runtime { server, patience: Duration::from_secs(30), calls: inbox };
        let runtime = Builder::new(runtime).start_ready().map_err(NotReady::into_error)?;
        Ok(Self { calls, _runtime: Guard::new(runtime) })
    }

    fn call(&self, request: &str) -> io::Result<String> {
        let (answer, answered) = oneshot::channel();
        let gone = || io::Error::other("the runtime has failed");
        self.calls.send((request.as_bytes().to_vec(), answer)).map_err(|_| gone())?;
        let answer = answered.blocking_recv().map_err(|_| gone())??;
        String::from_utf8(answer).map_err(io::Error::other)
    }
}

/// Answers each connection with what it sent, in capitals.
fn shout(listener: &TcpListener) -> io::Result<()> {
    for connection in listener.incoming() {
        let mut connection = connection?;
        let mut request = Vec::new();
        connection.read_to_end(&mut request)?;
        connection.write_all(&request.to_ascii_uppercase())?;
    }
    Ok(())
}

#[threadkit::main]
fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.local_addr()?;
    Target::fallible(move || shout(&listener)).with_daemon(true).start()?;

    let client = Client::new(server)?;
    for request in ["hello", "is anybody there?"] {
        println!("{}", client.call(request)?);
    }
    drop(client);

    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    match Client::new(nobody) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => println!("refused"),
        other => println!("expected to be refused: {:?}", other.err()),
    }
    Ok(())
}
