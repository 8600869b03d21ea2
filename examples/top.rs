//! A screen of the threads of another program: by CPU, with their state, their age, what they wait for, and the stack of
//! the one that is selected.
//!
//! The other program serves its dump with one line, `threadkit::Dumper::serve("/tmp/threads.sock")?`, and the features
//! `serde` and `stacks`. This one reads it twice a second:
//!
//! ```sh
//! cargo run --example top -- /tmp/threads.sock
//! cargo run --example top -- /tmp/threads.sock --once # prints one table, without a screen
//! ```
//!
//! Arrows select a thread, `q` ends it.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Read as _, Write, stdout};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};
use std::{env, fmt};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event, KeyCode};
use crossterm::style::{Attribute, Print, SetAttribute};
use crossterm::terminal::{self, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use serde_json::Value;

const PERIOD: Duration = Duration::from_millis(500);

/// A thread as the dump tells of it.
struct Row {
    native_id: u64,
    name: String,
    class: String,
    state: String,
    age: f64,
    cpu: f64,
    waits_for: String,
    stack: Vec<String>,
}

impl Row {
    fn of(thread: &Value, threads: &[Value]) -> Self {
        let text = |key: &str| thread[key].as_str().unwrap_or_default().to_owned();
        Self {
            native_id: thread["native_id"].as_u64().unwrap_or_default(),
            name: text("name").replace(char::is_control, " "),
            class: text("class"),
            state: text("state"),
            age: thread["age_secs"].as_f64().unwrap_or_default(),
            cpu: thread["cpu_secs"].as_f64().unwrap_or_default(),
            waits_for: waits_for(thread, threads),
            stack: stack_of(thread),
        }
    }
}

/// What it waits for; if that is a thread, by its name.
fn waits_for(thread: &Value, threads: &[Value]) -> String {
    let waits_for = &thread["waits_for"];
    if let Some((what, ident)) = waits_for.as_object().and_then(|of_thread| of_thread.iter().next())
    {
        let target = threads.iter().find(|other| other["ident"] == *ident);
        let name = target.and_then(|target| target["name"].as_str());
        return format!("{what} of {}", name.unwrap_or("a thread that is over"));
    }
    waits_for.as_str().unwrap_or("-").to_owned()
}

/// The frames of the program's own, and what was called there; all frames where there are none.
fn stack_of(thread: &Value) -> Vec<String> {
    let frames = thread["stack"].as_array().map_or(&[][..], Vec::as_slice);
    let is_users = |frame: &Value| frame["users"] == true;
    let first = frames.iter().position(is_users).unwrap_or_default();
    let end = frames.iter().rposition(is_users).map_or(frames.len(), |last| last + 1);
    let function = |frame: &Value| {
        let name = frame["function"].as_str().or(frame["module"].as_str());
        name.unwrap_or("?").to_owned()
    };
    let mut lines: Vec<_> = thread["stack_error"].as_str().map(str::to_owned).into_iter().collect();
    for (index, frame) in frames.iter().enumerate().take(end).skip(first) {
        lines.push(function(frame));
        if let (Some(file), Some(line)) = (frame["file"].as_str(), frame["line"].as_u64()) {
            lines.push(format!("    at {file}:{line}"));
        }
        if index == first && first > 0 {
            lines.push(format!("    in {}", function(&frames[first - 1])));
        }
    }
    lines
}

/// One dump: the threads, and when it was read.
struct Look {
    at: Instant,
    rows: Vec<Row>,
}

impl Look {
    fn at(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut json = Vec::new();
        UnixStream::connect(path)?.read_to_end(&mut json)?;
        let dump: Value = serde_json::from_slice(&json)?;
        let threads = dump.as_array().ok_or("that is no dump")?;
        Ok(Self {
            at: Instant::now(),
            rows: threads.iter().map(|thread| Row::of(thread, threads)).collect(),
        })
    }
}

/// What is on the screen.
struct Top {
    look: Look,
    /// Of a processor, in percent, by the kernel's ids.
    load: HashMap<u64, f64>,
    selected: usize,
}

impl Top {
    fn new(look: Look) -> Self {
        let mut top = Self { look, load: HashMap::new(), selected: 0 };
        // Since their beginning, until there is a second look.
        top.load = top
            .look
            .rows
            .iter()
            .map(|row| (row.native_id, 100.0 * row.cpu / row.age.max(0.001)))
            .collect();
        top.sort();
        top
    }

    /// The selected thread stays selected.
    fn update(&mut self, look: Look) {
        let selected = self.look.rows.get(self.selected).map(|row| row.native_id);
        let elapsed = (look.at - self.look.at).as_secs_f64();
        let before: HashMap<_, _> =
            self.look.rows.iter().map(|row| (row.native_id, row.cpu)).collect();
        let load = |row: &Row| {
            100.0 * (row.cpu - before.get(&row.native_id).unwrap_or(&row.cpu)).max(0.0) / elapsed
        };
        self.load = look.rows.iter().map(|row| (row.native_id, load(row))).collect();
        self.look = look;
        self.sort();
        let place = self.look.rows.iter().position(|row| Some(row.native_id) == selected);
        self.selected = place.unwrap_or_default();
    }

    fn sort(&mut self) {
        let load = &self.load;
        self.look
            .rows
            .sort_by(|one, other| load[&other.native_id].total_cmp(&load[&one.native_id]));
    }

    fn select(&mut self, down: bool) {
        let last = self.look.rows.len().saturating_sub(1);
        self.selected =
            if down { (self.selected + 1).min(last) } else { self.selected.saturating_sub(1) };
    }

    fn draw(&self, out: &mut impl Write, title: &str) -> io::Result<()> {
        let (width, height) = terminal::size()?;
        let (width, height) = (usize::from(width), usize::from(height));
        queue!(out, MoveTo(0, 0), terminal::Clear(ClearType::All))?;
        let mut lines =
            vec![(format!("{title}: {} threads   q: quit", self.look.rows.len()), true)];
        let table = self.to_string();
        let table = table.lines().enumerate();
        lines.extend(table.map(|(number, line)| (line.to_owned(), number == self.selected + 1)));
        lines.truncate(height / 2 + 1);
        lines.push((String::new(), false));
        if let Some(row) = self.look.rows.get(self.selected) {
            lines.push((format!("stack of {}", row.name), true));
            lines.extend(row.stack.iter().map(|line| (line.clone(), false)));
        }
        for (y, (line, bright)) in (0_u16..).zip(lines.iter().take(height)) {
            let line: String = line.chars().take(width).collect();
            let attribute = if *bright { Attribute::Reverse } else { Attribute::Reset };
            queue!(
                out,
                MoveTo(0, y),
                SetAttribute(attribute),
                Print(line),
                SetAttribute(Attribute::Reset)
            )?;
        }
        out.flush()
    }
}

/// The table, without the stack.
impl fmt::Display for Top {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:20} {:14} {:9} {:>5} {:>8}  WAITS FOR",
            "NAME", "CLASS", "STATE", "CPU", "AGE"
        )?;
        for Row { native_id, name, class, state, age, waits_for, .. } in &self.look.rows {
            let load = self.load[native_id];
            writeln!(
                f,
                "{name:20.20} {class:14.14} {state:9} {load:4.0}% {age:7.0}s  {waits_for}"
            )?;
        }
        Ok(())
    }
}

/// Puts the terminal back, however the program ends.
struct Screen;

impl Screen {
    fn new() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, Hide)?;
        Ok(Self)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nothing to be done about a terminal that is gone.
        let _ = execute!(stdout(), Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

fn watch(path: &str, top: &mut Top) -> Result<(), Box<dyn Error>> {
    let _screen = Screen::new()?;
    loop {
        top.draw(&mut stdout().lock(), path)?;
        let due = top.look.at + PERIOD;
        while event::poll(due.saturating_duration_since(Instant::now()))? {
            if let Event::Key(key) = event::read()? {
                match key.code {
                    KeyCode::Char('q') | KeyCode::Esc => return Ok(()),
                    KeyCode::Down => top.select(true),
                    KeyCode::Up => top.select(false),
                    _ => continue,
                }
                top.draw(&mut stdout().lock(), path)?;
            }
        }
        top.update(Look::at(path)?);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let path = arguments.first().ok_or("usage: top SOCKET [--once]")?;
    let mut top = Top::new(Look::at(path)?);
    if arguments.get(1).is_some_and(|argument| argument == "--once") {
        print!("{top}");
        for row in &top.look.rows {
            println!("\nstack of {}\n{}", row.name, row.stack.join("\n"));
        }
        return Ok(());
    }
    watch(path, &mut top)
}
