//! What a type shows by its looks.

use quote::ToTokens;
use syn::Type;

/// Whether it has no size that the compiler knows.
pub(crate) fn has_no_size(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// The type as one would write it.
pub(crate) fn pretty(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" < ", "<").replace(" >", ">").replace(" , ", ", ").replace("< ", "<")
}
