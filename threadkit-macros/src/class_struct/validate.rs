//! What the struct and its options must be.

use syn::LitStr;

use super::model::Class;
use super::name_format;
use super::options::ClassOptions;
use crate::base::errors::Errors;
use crate::base::types::{has_no_size, pretty};

/// Reports every mistake, and gives back the options that hold.
pub(super) fn class(class: &Class, mut options: ClassOptions, errors: &mut Errors) -> ClassOptions {
    let Class { keyword, ident, .. } = class;
    if keyword != "struct" {
        errors.blame(
            keyword,
            format!(
                "a thread class is a struct, and `{ident}` is declared as `{keyword}`\n\
                 help: put the {keyword} into a field of a struct, and make that the thread class"
            ),
        );
    }
    for field in class.fields.iter().flatten().filter(|field| has_no_size(&field.ty)) {
        errors.blame(
            &field.ty,
            format!(
                "the object of `{ident}` is moved to its thread, and this field has no size that the compiler knows\n\
                 help: put it in a box: `Box<{}>`",
                pretty(&field.ty)
            ),
        );
    }
    options.name = options.name.filter(|name| name_holds(class, name, errors));
    options
}

fn name_holds(class: &Class, name: &LitStr, errors: &mut Errors) -> bool {
    let Some(fields) = &class.fields else {
        return false;
    };
    let mistakes = name_format::mistakes(name, fields, &class.ident);
    let holds = mistakes.is_empty();
    errors.extend(mistakes);
    holds
}
