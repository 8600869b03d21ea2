//! Draws a timeline's file: a row a thread, its life above its waits, arrows from starts to beginnings, and
//! marks for failures. Viewers do more; this one fits into a page of documentation.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};

use serde_json::{Error, Value};

const WIDTH: f64 = 760.0;
/// Where the names end and the time begins.
const LEFT: f64 = 84.0;
const ROW: f64 = 44.0;
const COLOURS: [&str; 6] = ["#7aa6c2", "#8ab17d", "#b39bc8", "#e0b15c", "#c58b7a", "#9aa5b1"];

struct Drawing {
    svg: String,
    /// In microseconds.
    begin: f64,
    end: f64,
    rows: HashMap<u64, f64>,
    colours: HashMap<String, &'static str>,
}

pub(crate) fn draw(json: &str) -> Result<String, Error> {
    let events: Vec<Value> = serde_json::from_str(json)?;
    let (about, events): (Vec<_>, Vec<_>) = events.iter().partition(|event| event["ph"] == "M");
    let ends = events.iter().map(|event| time(event) + event["dur"].as_f64().unwrap_or(0.0));
    let mut drawing = Drawing {
        svg: String::new(),
        begin: events.iter().map(|event| time(event)).fold(f64::MAX, f64::min),
        end: ends.fold(0.0, f64::max),
        rows: HashMap::new(),
        colours: HashMap::new(),
    };
    let names: Vec<_> = about.into_iter().filter(|event| event["name"] == "thread_name").collect();
    let bottom = drawing.rows(&names);
    for event in &events {
        match event["cat"].as_str() {
            Some("thread") => drawing.life(event),
            Some("wait") => drawing.slice(event, 24.0, 12.0, "#f3d9b1"),
            Some("failure") => drawing.failure(event),
            _ => {}
        }
    }
    drawing.arrows(&events);
    drawing.axis(bottom);
    drawing.put("</svg>");
    Ok(drawing.svg)
}

impl Drawing {
    fn put(&mut self, line: impl Display) {
        let _ = writeln!(self.svg, "{line}"); // writing to a string does not fail
    }

    fn x(&self, time: f64) -> f64 {
        LEFT + (time - self.begin) / (self.end - self.begin) * (WIDTH - LEFT - 10.0)
    }

    fn y(&self, event: &Value) -> f64 {
        self.rows[&event["tid"].as_u64().unwrap_or_default()]
    }

    /// The frame, and the names of the threads; gives the place below.
    fn rows(&mut self, names: &[&Value]) -> f64 {
        let mut y = 6.0;
        let height = names.iter().map(|_| ROW).sum::<f64>() + 30.0;
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
             font-size=\"11\" fill=\"#222\">"
        ));
        self.put(format_args!("<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>"));
        for name in names {
            self.rows.insert(name["tid"].as_u64().unwrap_or_default(), y);
            let (below, name) = (y + ROW - 4.0, escaped(&name["args"]["name"]));
            self.put(format_args!("<text x=\"6\" y=\"{}\">{name}</text>", y + 16.0));
            self.put(format_args!(
                "<path d=\"M0 {below}H{WIDTH}\" stroke=\"#ddd\" stroke-width=\"1\"/>"
            ));
            y += ROW;
        }
        y
    }

    fn life(&mut self, event: &Value) {
        let next = COLOURS[self.colours.len() % COLOURS.len()];
        let class = event["name"].as_str().unwrap_or_default().to_owned();
        let colour = *self.colours.entry(class).or_insert(next);
        self.slice(event, 4.0, 18.0, colour);
    }

    /// A bar with its name, where there is room for it.
    fn slice(&mut self, event: &Value, below: f64, height: f64, colour: &str) {
        let (begin, y) = (time(event), self.y(event) + below);
        let end = event["dur"].as_f64().map_or(self.end, |dur| begin + dur);
        let (left, right) = (self.x(begin), self.x(end));
        let (width, name) = ((right - left).max(0.5), escaped(&event["name"]));
        self.put(format_args!(
            "<rect x=\"{left:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\" \
             stroke=\"#fff\" stroke-width=\".5\"><title>{name}</title></rect>"
        ));
        if width > 7.0 * f64::from(u16::try_from(name.chars().count()).unwrap_or(u16::MAX)) {
            let (x, y) = (left + 4.0, y + height / 2.0 + 4.0);
            self.put(format_args!("<text x=\"{x:.1}\" y=\"{y}\">{name}</text>"));
        }
    }

    fn failure(&mut self, event: &Value) {
        let (x, y, name) = (self.x(time(event)), self.y(event) + 4.0, escaped(&event["name"]));
        self.put(format_args!(
            "<path d=\"M{x:.1} {y}v18\" stroke=\"#c1121f\" stroke-width=\"3\"/>"
        ));
        let (x, y) = (x + 6.0, y + 13.0);
        self.put(format_args!("<text x=\"{x:.1}\" y=\"{y}\" fill=\"#c1121f\">{name}</text>"));
    }

    fn arrows(&mut self, events: &[&Value]) {
        for start in events.iter().filter(|event| event["flow_out"] == true) {
            let is_head =
                |event: &&&Value| event["flow_in"] == true && event["bind_id"] == start["bind_id"];
            let Some(head) = events.iter().find(is_head) else { continue };
            let (x, y) = (self.x(time(start)), self.y(start) + 13.0);
            let (to_x, to_y) = (self.x(time(head)), self.y(head) + 13.0);
            self.put(format_args!(
                "<path d=\"M{x:.1} {y}C{x:.1} {to_y} {x:.1} {to_y} {to_x:.1} {to_y}m-5 -3l5 3l-5 3\" fill=\"none\" \
                 stroke=\"#444\"/>"
            ));
        }
    }

    /// Up to ten lines, at 1, 2 or 5 times a power of ten.
    fn axis(&mut self, y: f64) {
        let span = (self.end - self.begin) / 1000.0;
        let power = 10_f64.powf((span / 10.0).log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
        let step = steps.into_iter().find(|step| span / step <= 10.0).unwrap_or(span);
        let mut milliseconds = 0.0;
        while milliseconds <= span {
            let x = self.x(self.begin + milliseconds * 1000.0);
            self.put(format_args!("<path d=\"M{x:.1} {y}v5\" stroke=\"#888\"/>"));
            self.put(format_args!(
                "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#666\">{milliseconds} ms</text>",
                y + 17.0
            ));
            milliseconds += step;
        }
    }
}

/// In microseconds.
fn time(event: &Value) -> f64 {
    event["ts"].as_f64().unwrap_or_default()
}

fn escaped(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
