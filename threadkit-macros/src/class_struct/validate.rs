//! What the struct and its options must be.

use syn::Type;

use super::model::Class;
use super::name_format;
use super::options::{ClassOptions, Name};
use crate::base::errors::Errors;
use crate::base::tokens::mentions;
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
                 help: put it in a box: `Box<{}{}>`",
                pretty(&field.ty),
                if is_unsent_object(&field.ty) { " + Send" } else { "" }
            ),
        );
    }
    options.name = options.name.filter(|name| name_holds(class, name, errors));
    options
}

/// Whether it is a trait object that does not say that it can be sent.
fn is_unsent_object(ty: &Type) -> bool {
    matches!(ty, Type::TraitObject(_)) && !mentions(ty, "Send")
}

fn name_holds(class: &Class, name: &Name, errors: &mut Errors) -> bool {
    let Some(fields) = &class.fields else {
        return false;
    };
    let format = match name {
        Name::Format(format) => format,
        Name::Const(path) => {
            let mut named = fields.iter().filter_map(|field| field.ident.as_ref());
            let field = named.find(|field| path.path.is_ident(*field));
            errors.extend(field.map(|field| {
                let what = format!(
                    "`{field}` is a field of `{}`, and fields are named in a format string\n\
                     help: write `name = \"{{{field}}}\"`",
                    class.ident
                );
                syn::Error::new_spanned(path, what)
            }));
            return field.is_none();
        }
    };
    let mistakes = name_format::mistakes(format, fields, &class.ident);
    let holds = mistakes.is_empty();
    errors.extend(mistakes);
    holds
}
