extension Scaffold {
    /// A blueprint that shows each tenant a page of its own.
    static func blueprint(_ name: String, _ version: String) -> [File] {
        let folder = "blueprints/\(name)/\(version)"
        return [
            file(.blueprint, "\(folder)/blueprint.yaml", name: name, spec: description(version)),
            File("\(folder)/values.schema.json", valuesSchema),
            File("\(folder)/manifests/page.yaml", page(name)), File("\(folder)/manifests/web.yaml", web(name)),
        ]
    }

    private static func description(_ version: String) -> String {
        """
          version: \(version)
          scope: tenant
          values: {image: "nginx:1.29.3", replicas: 1}
          valuesSchema: values.schema.json
          # The values that a tenant may set for itself.
          tenantValues: [replicas]
          manifests:
            - path: manifests/*.yaml

        """
    }

    private static let valuesSchema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "image": {"type": "string", "minLength": 1},
            "replicas": {"type": "integer", "minimum": 1, "maximum": 20}
          }
        }

        """

    private static func page(_ name: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \(name)-page
        data:
          index.html: "<h1>${tenant.displayName}</h1>"

        """
    }

    private static func web(_ name: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(name)
        spec:
          replicas: ${values.replicas}
          selector:
            matchLabels: {app: \(name)}
          template:
            metadata:
              labels: {app: \(name)}
            spec:
              containers:
                - name: web
                  image: ${values.image}
                  ports:
                    - {name: http, containerPort: 80}
                  readinessProbe:
                    httpGet: {path: /, port: http}
                  resources:
                    requests: {cpu: 10m, memory: 32Mi}
                    limits: {memory: 64Mi}
                  volumeMounts:
                    - {name: page, mountPath: /usr/share/nginx/html}
              volumes:
                - name: page
                  configMap: {name: \(name)-page}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: \(name)
        spec:
          selector: {app: \(name)}
          ports:
            - {name: http, port: 80, targetPort: http}

        """
    }
}
