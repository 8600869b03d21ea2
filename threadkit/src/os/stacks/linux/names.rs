//! The names of what a stack has only addresses of.

use std::ffi::c_void;
use std::fs;
use std::path::Path;
use std::ptr;

use super::super::Frame;

/// The calls at these addresses, the innermost first; more than one for an address where functions are inlined.
pub(crate) fn frames_of(addresses: &[u64]) -> Vec<Frame> {
    // The names are read from files, and kept, under a lock of the crate's own that no fork waits for: but for this one.
    let _asker = super::lock();
    let mut frames = Vec::new();
    for address in addresses.iter().copied() {
        let known = frames.len();
        // It looks before the address that it is given, which it takes for one to return to.
        let at: *mut c_void =
            ptr::without_provenance_mut(usize::try_from(address).unwrap_or_default() + 1);
        backtrace::resolve(at, |symbol| {
            frames.push(Frame {
                function: symbol.name().map(|name| format!("{name:#}")),
                file: symbol.filename().map(|path| path.to_string_lossy().into_owned()),
                line: symbol.lineno(),
                column: symbol.colno(),
                address,
                module: None,
            });
        });
        if frames.len() == known {
            frames.push(Frame { address, ..Frame::default() });
        }
    }
    name_modules(&mut frames);
    frames
}

/// For frames without a name: the file and the offset in it, by which `addr2line` finds the place where the debug
/// information is.
fn name_modules(frames: &mut [Frame]) {
    if frames.iter().all(|frame| frame.function.is_some()) {
        return;
    }
    let maps = fs::read_to_string("/proc/thread-self/maps").unwrap_or_default();
    for frame in frames.iter_mut().filter(|frame| frame.function.is_none()) {
        frame.module = maps.lines().find_map(|line| in_mapping(line, frame.address));
    }
}

/// `start-end permissions offset device inode path`, without a path where the code is in no file.
fn in_mapping(line: &str, address: u64) -> Option<String> {
    let mut fields = line.splitn(6, ' ');
    let (start, end) = fields.next()?.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    let start = number(start)?;
    if !(start..number(end)?).contains(&address) {
        return None;
    }
    let offset = number(fields.nth(1)?)?;
    let path = Some(fields.nth(2)?.trim()).filter(|path| !path.is_empty())?;
    let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
    Some(format!("{name}+{:#x}", address - start + offset))
}

#[cfg(test)]
mod tests {
    use super::in_mapping;

    #[test]
    fn code_without_a_name_is_in_a_file() {
        let line = "55d0c000-55d0d000 r-xp 00001000 fe:01 1234                  /opt/my app";
        assert_eq!(in_mapping(line, 0x55d0_c010).as_deref(), Some("my app+0x1010"));
        assert_eq!(in_mapping(line, 0x55d0_d000), None, "it is behind that");
        let line = "7f00c000-7f00d000 r-xp 00000000 00:00 0 ";
        assert_eq!(in_mapping(line, 0x7f00_c010), None, "it was made at run time");
        let line = "7f00c000-7f00d000 r-xp 00000000 00:00 0                     [vdso]";
        assert_eq!(in_mapping(line, 0x7f00_c010).as_deref(), Some("[vdso]+0x10"));
    }
}
