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
    now: f64,
    open: Vec<Slice>,
}

#[derive(Debug, Default)]
pub(crate) struct Slice {
    category: String,
    pub(crate) name: String,
    pub(crate) begin: f64,
    pub(crate) is_closed: bool,
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
            while !row.open.is_empty() {
                row.close(false);
            }
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
        let now = event["ts"].as_f64().unwrap();
        assert!(now >= self.now, "{event} after {}", self.now);
        self.now = now;
        match phase {
            "B" => self.open.push(Slice::new(event)),
            "E" => self.close(true),
            "X" => {
                assert_eq!((&event["dur"], &event["flow_out"]), (&0.into(), &true.into()));
                self.starts.push(Slice::new(event));
            }
            // Where the beginning is lost, the mark stands alone.
            "i" => self.open.iter_mut().take(1).for_each(|life| life.marks.push(event.clone())),
            other => panic!("{other}"),
        }
    }

    /// Puts the innermost slice into the one around it.
    fn close(&mut self, is_closed: bool) {
        let slice = Slice { is_closed, ..self.open.pop().expect("an end has a beginning") };
        match (slice.category.as_str(), self.open.last_mut()) {
            ("thread", None) => self.lives.push(slice),
            ("wait", None) => self.waits.push(slice),
            ("wait", Some(around)) => around.inner.push(slice),
            other => panic!("{other:?}"),
        }
    }
}

impl Slice {
    fn new(event: &Value) -> Self {
        Self {
            category: event["cat"].as_str().unwrap().to_owned(),
            name: event["name"].as_str().unwrap().to_owned(),
            begin: event["ts"].as_f64().unwrap(),
            arrow: event["bind_id"].as_str().map(ToOwned::to_owned),
            args: event["args"].clone(),
            ..Self::default()
        }
    }
}
