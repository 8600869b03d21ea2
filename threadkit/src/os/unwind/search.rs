//! The stack, where the unwinder goes by the tables of the Itanium C++ ABI.

use std::ffi::{c_int, c_void};

/// The frames are visited.
pub(super) const FINDS_OUT: bool = true;

/// The unwinder's `_Unwind_Context`.
type Context = c_void;

unsafe extern "C" {
    fn _Unwind_Backtrace(
        trace: extern "C" fn(*mut Context, *mut c_void) -> c_int,
        argument: *mut c_void,
    ) -> c_int;
    fn _Unwind_GetIPInfo(context: *mut Context, is_before: *mut c_int) -> usize;
    fn _Unwind_GetRegionStart(context: *mut Context) -> usize;
    fn _Unwind_GetLanguageSpecificData(context: *mut Context) -> *const u8;
}

/// `_URC_NO_REASON`
const GO_ON: c_int = 0;
/// `_URC_NORMAL_STOP`
const STOP: c_int = 4;

/// Calls `visit` with the frames of the stack, from the innermost outwards, until it says no.
pub(super) fn each_frame(mut visit: impl FnMut(&Frame) -> bool) {
    let mut visit: &mut dyn FnMut(&Frame) -> bool = &mut visit;
    // SAFETY: `trace` is called during the call only, with contexts that are the unwinder's, and with the pointer
    // to `visit`, which outlives the call and is used by nobody else meanwhile.
    unsafe { _Unwind_Backtrace(trace, (&raw mut visit).cast()) };
}

extern "C" fn trace(context: *mut Context, visit: *mut c_void) -> c_int {
    // SAFETY: `each_frame` passes it.
    let visit = unsafe { &mut *visit.cast::<&mut dyn FnMut(&Frame) -> bool>() };
    if visit(&Frame::of(context)) { GO_ON } else { STOP }
}

/// A call on the stack.
pub(super) struct Frame {
    function: usize,
    /// The call that the frame is in, as an offset in the function.
    place: usize,
    table: *const u8,
}

impl Frame {
    fn of(context: *mut Context) -> Self {
        let mut is_before = 0;
        // SAFETY: `trace` has the context from the unwinder, whose function reads it and writes the flag.
        let next = unsafe { _Unwind_GetIPInfo(context, &raw mut is_before) };
        // SAFETY: as above; it only reads.
        let function = unsafe { _Unwind_GetRegionStart(context) };
        // SAFETY: as above.
        let table = unsafe { _Unwind_GetLanguageSpecificData(context) };
        // Where a call returns to may be past the end of what the call stands in.
        let place = if is_before == 0 { next.wrapping_sub(1) } else { next };
        Self { function, place: place.wrapping_sub(function), table }
    }

    pub(super) fn is_of(&self, function: fn(&mut dyn FnMut())) -> bool {
        self.function == function as usize
    }

    /// Whether a panic that comes out of the call is caught here. What only cleans up goes on.
    pub(super) fn catches(&self) -> bool {
        self.action().unwrap_or(false)
    }

    /// Looks the call up in the function's table of exceptions, as `rust_eh_personality` does.
    fn action(&self) -> Option<bool> {
        const OMITTED: u8 = 0xff;
        if self.table.is_null() {
            return None;
        }
        let mut table = Reader(self.table);
        let landing_pads = table.byte();
        if landing_pads != OMITTED {
            table.number(landing_pads)?;
        }
        if table.byte() != OMITTED {
            table.unsigned();
        }
        let encoding = table.byte();
        let length = table.unsigned();
        let actions = table.advanced(length);
        // The calls are sorted by where they begin.
        while table.0 < actions.0 {
            let (begin, length) = (table.number(encoding)?, table.number(encoding)?);
            let (landing_pad, action) = (table.number(encoding)?, table.unsigned());
            if self.place < begin {
                return None;
            }
            if self.place - begin < length {
                return (landing_pad != 0 && action != 0)
                    .then(|| actions.advanced(action - 1).has_catch());
            }
        }
        None
    }
}

/// Reads a table that the compiler made for the unwinder.
struct Reader(*const u8);

impl Reader {
    fn byte(&mut self) -> u8 {
        // SAFETY: The table is a well-formed one, for a function that is loaded: the unwinder, which goes by it
        // next, finds its end by the same lengths.
        let byte = unsafe { self.0.read() };
        *self = self.advanced(1);
        byte
    }

    fn advanced(&self, bytes: usize) -> Self {
        Self(self.0.wrapping_add(bytes))
    }

    /// Whether one of the actions that begin here catches: a positive type, where 0 cleans up.
    fn has_catch(mut self) -> bool {
        loop {
            if self.signed() > 0 {
                return true;
            }
            let here = Self(self.0);
            match self.signed() {
                0 => return false,
                next => self = Self(here.0.wrapping_offset(next)),
            }
        }
    }

    /// A number in one of the encodings of addresses (`DW_EH_PE_..`).
    fn number(&mut self, encoding: u8) -> Option<usize> {
        match encoding & 0x0f {
            0x00 => Some(self.fixed(size_of::<usize>())),
            0x01 => Some(self.unsigned()),
            0x02 | 0x0a => Some(self.fixed(2)),
            0x03 | 0x0b => Some(self.fixed(4)),
            0x04 | 0x0c => Some(self.fixed(8)),
            _ => None,
        }
    }

    fn fixed(&mut self, bytes: usize) -> usize {
        let mut number = [0; size_of::<u64>()];
        number[..bytes].fill_with(|| self.byte());
        // Of big-endian systems there is none here.
        usize::try_from(u64::from_le_bytes(number)).unwrap_or(usize::MAX)
    }

    /// LEB128.
    fn unsigned(&mut self) -> usize {
        self.leb128().0
    }

    fn signed(&mut self) -> isize {
        let (number, bits, is_negative) = self.leb128();
        let sign = if is_negative && bits < usize::BITS { usize::MAX << bits } else { 0 };
        isize::from_ne_bytes((number | sign).to_ne_bytes())
    }

    /// The number, how many bits it has, and the last of them.
    fn leb128(&mut self) -> (usize, u32, bool) {
        let (mut number, mut bits) = (0, 0);
        loop {
            let byte = self.byte();
            number |= usize::from(byte & 0x7f).checked_shl(bits).unwrap_or(0);
            bits += 7;
            if byte & 0x80 == 0 {
                return (number, bits, byte & 0x40 != 0);
            }
        }
    }
}
