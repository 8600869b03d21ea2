//! A timeline's file, read back as a viewer reads it.

use std::collections::HashMap;

use serde_json::Value;
use threadkit::Timeline;

/// The rows of a trace. Reading it checks what a viewer counts on: each event has a time and a place, times do
/// not go back in a row, and slices are nested.
#[derive(Debug)]
pub(crate) struct Trace {
    rows: HashMap<u64, Row>,
    label: Option<String>,
    len: usize,
}

/// What a row shows.
#[derive(Debug, Default)]
pub(crate) struct Row {
    name: String,
    pub(crate) lives: Vec<Slice>,
    pub(crate) starts: Vec<Slice>,
    /// Those outside of a life.
    pub(crate) waits: Vec<Slice>,
    /// As for those.
    pub(crate) marks: Vec<Value>,
    now: u64,
    open: Vec<Slice>,
}

#[derive(Debug, Default)]
pub(crate) struct Slice {
    category: String,
    pub(crate) name: String,
    /// In nanoseconds.
    pub(crate) begin: u64,
    /// Far away, if it is open.
    end: u64,
    pub(crate) arrow: Option<String>,
    pub(crate) args: Value,
    pub(crate) inner: Vec<Slice>,
    pub(crate) marks: Vec<Value>,
}

impl Trace {
    pub(crate) fn of(timeline: &Timeline) -> Self {
        let mut json = Vec::new();
        timeline.write_to(&mut json).unwrap();
        let events: Vec<Value> = serde_json::from_slice(&json).unwrap();
        let mut trace = Self { rows: HashMap::new(), label: None, len: 0 };
        for event in &events {
            trace.read(event);
        }
        for row in trace.rows.values_mut() {
            row.close_until(u64::MAX);
        }
        trace
    }

    pub(crate) fn row(&self, name: &str) -> &Row {
        self.rows.values().find(|row| row.name == name).expect(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.rows.values().any(|row| row.name == name)
    }

    pub(crate) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// How many events there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    fn read(&mut self, event: &Value) {
        assert_eq!(event["pid"], std::process::id(), "{event}");
        let name = event["name"].as_str().unwrap_or_default();
        match (event["ph"].as_str().unwrap(), name) {
            ("M", "process_name") => assert!(event["args"]["name"].is_string()),
            ("M", "process_labels") => {
                self.label = Some(event["args"]["labels"].as_str().unwrap().to_owned());
            }
            ("M", "thread_name") => {
                let name = event["args"]["name"].as_str().unwrap();
                self.row_of(event).name = String::from(name);
            }
            ("M", "thread_sort_index") => assert!(event["args"]["sort_index"].is_u64()),
            ("M", other) => panic!("{other}"),
            (phase, _) => {
                self.len += 1;
                self.row_of(event).read(phase, event);
            }
        }
    }

    fn row_of(&mut self, event: &Value) -> &mut Row {
        self.rows.entry(event["tid"].as_u64().unwrap()).or_default()
    }
}

impl Row {
    fn read(&mut self, phase: &str, event: &Value) {
        let now = nanoseconds(&event["ts"]);
        assert!(now >= self.now, "{event} after {}", self.now);
        self.now = now;
        self.close_until(now);
        match phase {
            "X" if event["cat"] == "start" => {
                assert_eq!(event["flow_out"], true);
                self.starts.push(Slice::new(event, now));
            }
            "X" => self.open(Slice::new(event, now + nanoseconds(&event["dur"]))),
            "B" => self.open(Slice::new(event, u64::MAX)),
            // Where the beginning is lost, or the end has been, the mark stands alone.
            "i" => {
                let life = self.open.first_mut().map(|life| &mut life.marks);
                life.unwrap_or(&mut self.marks).push(event.clone());
            }
            other => panic!("{other}"),
        }
    }

    fn open(&mut self, slice: Slice) {
        assert!(self.open.last().is_none_or(|around| slice.end <= around.end), "{slice:?}");
        self.open.push(slice);
    }

    /// Puts those that end until then into the slices around them.
    fn close_until(&mut self, now: u64) {
        while self.open.last().is_some_and(|innermost| innermost.end <= now) {
            let slice = self.open.pop().expect("there is one");
            match (slice.category.as_str(), self.open.last_mut()) {
                ("thread", None) => self.lives.push(slice),
                ("wait", None) => self.waits.push(slice),
                ("wait", Some(around)) => around.inner.push(slice),
                other => panic!("{other:?}"),
            }
        }
    }
}

fn nanoseconds(microseconds: &Value) -> u64 {
    let text = format!("{:.3}", microseconds.as_f64().unwrap());
    text.replace('.', "").parse().unwrap()
}

impl Slice {
    fn new(event: &Value, end: u64) -> Self {
        Self {
            category: event["cat"].as_str().unwrap().to_owned(),
            name: event["name"].as_str().unwrap().to_owned(),
            begin: nanoseconds(&event["ts"]),
            end,
            arrow: event["bind_id"].as_str().map(ToOwned::to_owned),
            args: event["args"].clone(),
            ..Self::default()
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.end < u64::MAX
    }
}
