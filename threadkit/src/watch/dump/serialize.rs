//! A dump for machines.

use std::time::Duration;

use serde_core::ser::{Serialize, SerializeStruct as _, Serializer};

use super::{Dump, ThreadDump, ThreadState, WaitsFor};
use crate::base::ident::ThreadId;
#[cfg(feature = "stacks")]
use crate::os::stacks::{Frame, Stack};

impl Serialize for Dump {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.threads)
    }
}

impl Serialize for ThreadDump {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = if cfg!(feature = "stacks") { 18 } else { 16 };
        let mut map = serializer.serialize_struct("ThreadDump", fields)?;
        map.serialize_field("known", &self.is_known())?;
        map.serialize_field("ident", &self.is_known().then(|| self.ident.as_u64()))?;
        map.serialize_field("native_id", &self.native_id)?;
        map.serialize_field("name", &*self.name)?;
        map.serialize_field("class", self.class_name)?;
        map.serialize_field("class_path", &self.class_path)?;
        map.serialize_field("state", &self.state())?;
        map.serialize_field("daemon", &self.daemon)?;
        map.serialize_field("stop_requested", &self.stop_requested)?;
        map.serialize_field("age_secs", &self.age.as_secs_f64())?;
        map.serialize_field("cpu_secs", &self.cpu_time.as_ref().map(Duration::as_secs_f64))?;
        map.serialize_field("starter", &self.starter.map(ThreadId::as_u64))?;
        map.serialize_field("group", &self.group)?;
        map.serialize_field("supervisor", &self.supervisor.map(ThreadId::as_u64))?;
        map.serialize_field("waits_for", &self.waits_for)?;
        map.serialize_field("started_at", &self.start_location.map(ToString::to_string))?;
        #[cfg(feature = "stacks")]
        {
            map.serialize_field("stack", &self.stack())?;
            map.serialize_field("stack_error", &self.stack_error().map(ToString::to_string))?;
        }
        map.end()
    }
}

/// The calls, the innermost first.
#[cfg(feature = "stacks")]
impl Serialize for Stack {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.frames())
    }
}

#[cfg(feature = "stacks")]
impl Serialize for Frame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Frame", 7)?;
        map.serialize_field("function", &self.function())?;
        map.serialize_field("file", &self.file())?;
        map.serialize_field("line", &self.line())?;
        map.serialize_field("column", &self.column())?;
        map.serialize_field("module", &self.module())?;
        map.serialize_field("address", &self.address())?;
        map.serialize_field("users", &self.is_users())?;
        map.end()
    }
}

impl Serialize for ThreadState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// As serde would derive it, with a thread's ident for the thread.
impl Serialize for WaitsFor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (index, variant) = match self {
            Self::End(_) => (0, "end"),
            Self::Ready(_) => (1, "ready"),
            Self::Group => (2, "group"),
            Self::Scope => (3, "scope"),
            Self::Event => (4, "event"),
            Self::EventOrStop => (5, "event_or_stop"),
            Self::Sleep => (6, "sleep"),
            Self::Stop => (7, "stop"),
            Self::Children => (8, "children"),
            Self::Stoppable => (9, "stoppable"),
        };
        match self {
            Self::End(thread) | Self::Ready(thread) => {
                let ident = thread.ident().as_u64();
                serializer.serialize_newtype_variant("WaitsFor", index, variant, &ident)
            }
            _ => serializer.serialize_unit_variant("WaitsFor", index, variant),
        }
    }
}
