/// One write that happened: what a watch tells of, and what takes a list back to an earlier version.
struct StoreEvent: Sendable {
    enum Kind: Sendable { case added, modified, deleted }

    let kind: Kind
    let version: Int64
    /// The state after the write; of a deletion the last state, with the version of the deletion.
    let object: StoredObject
    /// The state before the write, if there was one.
    let previous: StoredObject?
}
