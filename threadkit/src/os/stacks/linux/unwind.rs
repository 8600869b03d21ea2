//! From registers and a copy of the stack to the calls in it.

use std::ffi::{c_int, c_void};
use std::ops::Range;
use std::ptr;
use std::slice;

use framehop::{
    CacheNative, ExplicitModuleSectionInfo, MayAllocateDuringUnwind, Module, Unwinder as _,
    UnwinderNative,
};

use super::super::{Answer, StackError};
use super::signal::Registers;

/// More calls than this are not shown: a recursion without an end looks the same all the way.
const MAX: usize = 256;

/// The places of the calls, the innermost first: addresses in the instructions, not behind them.
pub(super) struct Calls {
    pub(super) addresses: Vec<u64>,
    /// They go down to the function with which the thread began.
    are_all: bool,
}

impl From<Calls> for Answer {
    fn from(Calls { addresses, are_all }: Calls) -> Self {
        Self { calls: Some(addresses), error: (!are_all).then_some(StackError::Incomplete) }
    }
}

type Tables = Vec<u8>;

/// What is known of the program and its libraries: where their code is, and how it lays out its stacks. The tables are
/// copies, so that a library that is unloaded meanwhile leaves no reference behind.
pub(super) struct Modules {
    /// How many libraries have been loaded, and how many unloaded.
    generation: (u64, u64),
    unwinder: UnwinderNative<Tables, MayAllocateDuringUnwind>,
    cache: CacheNative<MayAllocateDuringUnwind>,
}

impl Modules {
    /// As they are now.
    pub(super) fn load() -> Self {
        let mut modules =
            Self { generation: (0, 0), unwinder: UnwinderNative::new(), cache: CacheNative::new() };
        each_module(|info| {
            modules.generation = (info.dlpi_adds, info.dlpi_subs);
            if let Some(module) = module(info) {
                modules.unwinder.add_module(module);
            }
            true
        });
        modules
    }

    /// Whether no library was loaded or unloaded since.
    pub(super) fn are_current(&self) -> bool {
        let mut generation = (0, 0);
        each_module(|info| {
            generation = (info.dlpi_adds, info.dlpi_subs);
            false // each says the same
        });
        generation == self.generation
    }

    /// The calls that a copy of the stack shows.
    pub(super) fn unwind(&mut self, registers: &Registers, stack: &[u8]) -> Calls {
        let mut read = |address: u64| {
            let offset = address.checked_sub(registers.sp);
            offset.and_then(|offset| word(stack, offset)).ok_or(())
        };
        let mut addresses = Vec::new();
        let mut frames =
            self.unwinder.iter_frames(registers.pc, native(registers), &mut self.cache, &mut read);
        while addresses.len() < MAX {
            match frames.next() {
                Ok(Some(frame)) => addresses.push(frame.address_for_lookup()),
                Ok(None) => return Calls { addresses, are_all: true },
                // What cannot be read.
                Err(_) => break,
            }
        }
        Calls { addresses, are_all: false }
    }

    /// The same without the frame pointer, which the kernel does not tell. Where a function needs it, it is the address of
    /// one of the words on the stack: of those with which all calls are found, the one with which most are, and the
    /// innermost of such. What is in the word says nothing, as the caller may use that register otherwise.
    pub(super) fn unwind_without_fp(&mut self, pc: u64, sp: u64, stack: &[u8]) -> Calls {
        let without = Registers::in_system_call(pc, sp);
        let calls = self.unwind(&without, stack);
        if calls.are_all {
            return calls;
        }
        let words = SEARCHED.min(stack.len() as u64) / 8;
        let places = (0..words).rev().map(|word| sp + 8 * word);
        let found = places.map(|fp| self.unwind(&Registers { fp, ..without }, stack));
        let found = found.filter(|calls| calls.are_all);
        found.max_by_key(|calls| calls.addresses.len()).unwrap_or(calls)
    }
}

/// How far from the inner end of a stack a frame pointer is looked for, in bytes.
const SEARCHED: u64 = 2048;

fn word(stack: &[u8], offset: u64) -> Option<u64> {
    let bytes = stack.get(usize::try_from(offset).ok()?..)?.first_chunk()?;
    Some(u64::from_ne_bytes(*bytes))
}

#[cfg(target_arch = "x86_64")]
fn native(registers: &Registers) -> framehop::UnwindRegsNative {
    framehop::UnwindRegsNative::new(registers.pc, registers.sp, registers.fp)
}

#[cfg(target_arch = "aarch64")]
fn native(registers: &Registers) -> framehop::UnwindRegsNative {
    framehop::UnwindRegsNative::new(registers.lr, registers.sp, registers.fp)
}

/// Calls `f` with each module until it says false. The loader unloads none meanwhile: it holds its lock over the call, and
/// musl's never unloads.
fn each_module<F: FnMut(&libc::dl_phdr_info) -> bool>(mut f: F) {
    extern "C" fn call<F: FnMut(&libc::dl_phdr_info) -> bool>(
        info: *mut libc::dl_phdr_info,
        _: usize,
        f: *mut c_void,
    ) -> c_int {
        // SAFETY: `f` is what `dl_iterate_phdr` was given below, which nobody else uses until it returns.
        let f = unsafe { &mut *f.cast::<F>() };
        // SAFETY: the loader hands out a whole structure, which is valid during the call.
        let info = unsafe { &*info };
        c_int::from(!f(info))
    }
    // SAFETY: `call` is given `f` as what it is. Should `f` panic, which it has no reason to do but for want of memory,
    // `call` aborts rather than unwind into the loader.
    unsafe { libc::dl_iterate_phdr(Some(call::<F>), ptr::from_mut(&mut f).cast()) };
}

/// A module with the tables that its segments hold; nothing, if it has no code.
fn module(info: &libc::dl_phdr_info) -> Option<Module<Tables>> {
    if info.dlpi_phdr.is_null() {
        return None;
    }
    // SAFETY: the loader says where the headers are and how many, and keeps them while the module is there.
    let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
    let range = |header: &libc::Elf64_Phdr| header.p_vaddr..header.p_vaddr + header.p_memsz;
    let loaded = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
    let code = loaded().filter(|header| header.p_flags & libc::PF_X != 0).map(range);
    let code = code.reduce(|all, one| all.start.min(one.start)..all.end.max(one.end))?;
    // What the segment of `address` holds from there on.
    let bytes_at = |address: u64| -> Option<&[u8]> {
        let mut readable = loaded().filter(|header| header.p_flags & libc::PF_R != 0).map(range);
        let segment = readable.find(|segment| segment.contains(&address))?;
        let len = usize::try_from(segment.end - address).ok()?;
        let at = ptr::with_exposed_provenance(
            usize::try_from(info.dlpi_addr.wrapping_add(address)).ok()?,
        );
        // SAFETY: the loader has mapped the segment as its header says, readable. It holds the tables and constants,
        // which nobody writes, and is not unmapped while this is called: see `each_module`.
        Some(unsafe { slice::from_raw_parts(at, len) })
    };
    let mut sections =
        ExplicitModuleSectionInfo { text_svma: Some(code.clone()), ..Default::default() };
    let header = headers.iter().find(|header| header.p_type == libc::PT_GNU_EH_FRAME).map(range);
    let found = header.and_then(|header| {
        let index = bytes_at(header.start)?;
        let index = &index[..index.len().min(usize::try_from(header.end - header.start).ok()?)];
        let at = frames_at(&header, index)?;
        let frames = up_to_end(bytes_at(at)?);
        Some((header, index, at..at + frames.len() as u64, frames))
    });
    if let Some((index_at, index, frames_at, frames)) = found {
        sections.eh_frame_hdr_svma = Some(index_at);
        sections.eh_frame_hdr = Some(index.to_vec());
        sections.eh_frame_svma = Some(frames_at);
        sections.eh_frame = Some(frames.to_vec());
    }
    let base = info.dlpi_addr;
    let mapped = base.wrapping_add(code.start)..base.wrapping_add(code.end);
    Some(Module::new(String::new(), mapped, base, sections))
}

/// Where the table is to which the index at `index_at` belongs: the index begins with a version, three bytes that say how
/// numbers are written, and that address, which all linkers write as a distance from where it stands.
fn frames_at(index_at: &Range<u64>, index: &[u8]) -> Option<u64> {
    const VERSION: u8 = 1;
    const FOUR_BYTES_FROM_HERE: u8 = 0x1b;
    let [VERSION, FOUR_BYTES_FROM_HERE, _, _, distance @ ..] = *index.first_chunk::<8>()? else {
        return None;
    };
    Some((index_at.start + 4).wrapping_add_signed(i32::from_ne_bytes(distance).into()))
}

/// The table without what is behind it: a chain of entries that begin with their length, up to one of length zero.
fn up_to_end(bytes: &[u8]) -> &[u8] {
    let mut end = 0_usize;
    while let Some(len) =
        bytes.get(end..).and_then(<[u8]>::first_chunk).copied().map(u32::from_ne_bytes)
    {
        let next = end.saturating_add(4).saturating_add(len as usize);
        if len == 0 || next > bytes.len() {
            break;
        }
        end = next;
    }
    &bytes[..end]
}
