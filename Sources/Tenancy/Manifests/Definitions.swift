import Formats
import KubernetesModel

extension Resolver {
    /// The kinds that the fleet's blueprints define, so that their own objects are held to what they say.
    ///
    /// Of two versions of a blueprint the later one's definition holds.
    func customKinds() -> CustomKinds {
        let definitions = files.blueprintFiles.sorted { $0.key < $1.key }.flatMap { id, held in
            held.filter { Self.mayDefine($0) }.flatMap { file in
                YAML.parse(file.bytes, file: file.path, stream: .many).documents.compactMap {
                    CustomDefinition($0.json)
                }
            }
        }
        return CustomKinds(definitions)
    }

    private static func mayDefine(_ file: FleetFiles.BlueprintFile) -> Bool {
        guard file.path.hasSuffix(".yaml") || file.path.hasSuffix(".yml") || file.path.hasSuffix(".json") else {
            return false
        }
        return file.bytes.split(separator: 0x0a).contains { $0.starts(with: "kind: CustomResourceDefinition".utf8) }
    }
}
