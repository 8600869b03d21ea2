impl super::Worker {
    pub fn ident(&self) -> u32 {
        7
    }
}
