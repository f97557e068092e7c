package import Formats

/// Who owns which fields of an object: its `metadata.managedFields`.
package struct ManagedFields: Sendable, Hashable {
    package enum Operation: String, Sendable, Hashable { case apply = "Apply", update = "Update" }

    /// Who wrote: an applier is one whichever version it applies, an updater is one for each version.
    package struct Writer: Sendable, Hashable {
        package let manager: String
        package let operation: Operation
        /// Empty for appliers.
        package let apiVersion: String
        /// Empty for the object itself.
        package let subresource: String

        package init(manager: String, operation: Operation, apiVersion: String, subresource: String = "") {
            self.manager = manager
            self.operation = operation
            self.apiVersion = operation == .apply ? "" : apiVersion
            self.subresource = subresource
        }
    }

    package struct Entry: Sendable, Hashable {
        package let writer: Writer
        /// The version that the fields are named in.
        package let apiVersion: String
        /// `2026-01-01T00:00:00Z`; nil for a writer that never changed anything.
        package var time: String?
        package var fields: FieldSet

        package init(writer: Writer, apiVersion: String, time: String?, fields: FieldSet) {
            self.writer = writer
            self.apiVersion = apiVersion
            self.time = time
            self.fields = fields
        }
    }

    /// One for each writer, none without fields.
    package internal(set) var entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// The `metadata.managedFields` of the object.
    package init(of object: JSON) throws(FieldSet.CodecError) {
        entries = []
        for value in object[path: "metadata", "managedFields"]?.array ?? [] {
            let apiVersion = value["apiVersion"]?.string ?? ""
            guard let operation = Operation(rawValue: value["operation"]?.string ?? "") else {
                throw FieldSet.CodecError(description: "operation must be `Apply` or `Update`")
            }
            let writer = Writer(
                manager: value["manager"]?.string ?? "", operation: operation, apiVersion: apiVersion,
                subresource: value["subresource"]?.string ?? "")
            let fields = try FieldSet(fieldsV1: value["fieldsV1"] ?? [:])
            entries.append(Entry(writer: writer, apiVersion: apiVersion, time: value["time"]?.string, fields: fields))
        }
    }

    package subscript(writer: Writer) -> Entry? { entries.first { $0.writer == writer } }

    /// Updates before nothing, appliers first, then by time, manager, version and subresource: the order of the server.
    package var json: JSON? {
        let kept = entries.filter { !$0.fields.isEmpty }
        guard !kept.isEmpty else { return nil }
        return .array(kept.sorted(by: Self.precedes).map(\.json))
    }

    /// The object with these as its `metadata.managedFields`.
    package func written(into object: JSON) -> JSON {
        var object = object
        if object["metadata"] == nil { object["metadata"] = [:] }
        object["metadata"]?["managedFields"] = json
        return object
    }

    /// Who else wrote the field last, where somebody else owns it.
    package func owners(of path: FieldPath, except manager: String) -> [Entry] {
        entries.filter { $0.writer.manager != manager && $0.fields.contains(path) }
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        let one = [
            left.writer.operation.rawValue, left.time ?? "", left.writer.manager, left.apiVersion,
            left.writer.subresource,
        ]
        let other = [
            right.writer.operation.rawValue, right.time ?? "", right.writer.manager, right.apiVersion,
            right.writer.subresource,
        ]
        return one.lexicographicallyPrecedes(other, by: ByteOrder.precedes)
    }

    /// Replaces, adds or, where the set is empty, removes the writer's entry.
    mutating func set(_ fields: FieldSet, of writer: Writer, apiVersion: String) {
        let time = self[writer]?.time
        entries.removeAll { $0.writer == writer }
        guard !fields.isEmpty else { return }
        entries.append(Entry(writer: writer, apiVersion: apiVersion, time: time, fields: fields))
    }

    mutating func touch(_ writer: Writer, time: String) {
        for index in entries.indices where entries[index].writer == writer { entries[index].time = time }
    }
}

extension ManagedFields.Entry {
    var json: JSON {
        var value: JSON = [
            "manager": .string(writer.manager), "operation": .string(writer.operation.rawValue),
            "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1", "fieldsV1": fields.fieldsV1,
        ]
        if let time { value["time"] = .string(time) }
        if !writer.subresource.isEmpty { value["subresource"] = .string(writer.subresource) }
        return value
    }
}
