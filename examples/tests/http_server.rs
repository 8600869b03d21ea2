//! `http_server`, asked by a real client.

use std::thread;

use ureq::{Agent, Error};

use crate::{Running, example};

fn started() -> (Running, String) {
    let mut server = Running::start(&mut example("http_server"));
    let line = server.line();
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    (server, url.to_owned())
}

/// Status and body; to have read the body keeps the connection alive.
fn get(agent: &Agent, url: &str) -> Result<(u16, String), Error> {
    let mut response = agent.get(url).config().http_status_as_error(false).build().call()?;
    Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
}

#[test]
fn http_server_answers_over_one_connection() {
    let (mut server, url) = started();
    let agent = Agent::new_with_defaults();
    for (path, status, body) in
        [("/", 200, "Hi from Rust\n"), ("/no/such", 404, "Oops!\n"), ("/", 200, "Hi from Rust\n")]
    {
        assert_eq!(get(&agent, &format!("{url}{path}")).unwrap(), (status, body.to_owned()));
    }
    let requests: Vec<String> = (0..3).map(|_| server.line()).collect();
    let peers: Vec<&str> = requests.iter().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(peers[0], peers[1], "kept alive: {requests:?}");
    assert_eq!(peers[0], peers[2], "kept alive: {requests:?}");

    // The idle connection, which the agent still holds, does not hold the server.
    server.interrupt();
    let (rest, status) = server.end();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "stopping\n");
}

#[test]
fn http_server_gives_the_answer_that_it_is_working_on() {
    let (mut server, url) = started();
    let client = thread::spawn(move || get(&Agent::new_with_defaults(), &format!("{url}/slow")));
    assert!(server.line().ends_with("GET /slow HTTP/1.1"));
    server.interrupt();
    assert_eq!(client.join().unwrap().unwrap(), (200, "Hi, at last\n".to_owned()));
    assert!(server.end().1.success());
}

#[test]
fn http_server_says_why_it_cannot_start() {
    let (server, url) = started();
    let port = url.rsplit_once(':').unwrap().1;
    let second = example("http_server").arg(port).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8(second.stderr).unwrap().contains("Address already in use"));
    server.interrupt();
    assert!(server.end().1.success());
}
