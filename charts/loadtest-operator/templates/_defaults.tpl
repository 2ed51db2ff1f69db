{{/* Generated from values.yaml by `npm run generate`; do not edit. */}}
{{- define "loadtest.defaultValues" -}}
{
  "image": {
    "repository": "loadtest-operator",
    "tag": "",
    "digest": "",
    "pullPolicy": "IfNotPresent"
  },
  "imagePullSecrets": [],
  "replicas": 1,
  "nameOverride": "",
  "fullnameOverride": "",
  "crds": {
    "enabled": true
  },
  "watchNamespace": "",
  "limits": {
    "maxRate": 0,
    "maxUsers": 0,
    "maxRunners": 0,
    "maxDuration": "",
    "maxConcurrentTests": 0,
    "maxWaitingTests": 1000,
    "oneTestPerTarget": false,
    "allowScripts": true,
    "allowContainers": true,
    "allowUnixSockets": false,
    "allowPodFields": [],
    "allowedHosts": [],
    "deniedAddresses": [
      "169.254.0.0/16",
      "fe80::/10",
      "fd00:ec2::/32",
      "fd20:ce::254/128",
      "168.63.129.16/32",
      "100.100.100.200/32",
      "192.0.0.192/32"
    ]
  },
  "runner": {
    "image": "",
    "imagePullPolicy": "",
    "firstScrapeWait": "75s",
    "imagePullSecrets": [],
    "resources": {},
    "nodeSelector": {},
    "tolerations": [],
    "securityContext": {},
    "containerSecurityContext": {}
  },
  "serviceAccount": {
    "create": true,
    "name": "",
    "annotations": {}
  },
  "aggregateRoles": {
    "enabled": false
  },
  "service": {
    "reportPort": 8090,
    "metricsPort": 8080
  },
  "resources": {
    "requests": {
      "cpu": "50m",
      "memory": "96Mi"
    },
    "limits": {
      "memory": "256Mi"
    }
  },
  "podAnnotations": {},
  "podLabels": {},
  "priorityClassName": "",
  "nodeSelector": {},
  "tolerations": [],
  "affinity": {},
  "topologySpreadConstraints": [],
  "serviceMonitor": {
    "enabled": false,
    "interval": "15s",
    "labels": {}
  },
  "podMonitor": {
    "enabled": false,
    "interval": "5s",
    "labels": {},
    "convertClassicHistogramsToNHCB": false
  },
  "otlp": {
    "endpoint": "",
    "interval": "15s",
    "headersSecret": "",
    "resourceAttributes": {}
  },
  "webhooks": [],
  "prometheusRule": {
    "enabled": false,
    "labels": {}
  },
  "dashboard": {
    "enabled": true,
    "labels": {
      "grafana_dashboard": "1"
    },
    "annotations": {}
  },
  "grafana": {
    "url": ""
  },
  "grafanaDashboard": {
    "enabled": false,
    "labels": {},
    "instanceSelector": {
      "matchLabels": {
        "dashboards": "grafana"
      }
    },
    "folder": ""
  },
  "networkPolicy": {
    "enabled": false,
    "metricsFrom": []
  }
}
{{- end -}}

{{/* Adds the values that are missing, also in groups. Every template includes it first. */}}
{{- define "loadtest.completeValues" -}}
{{- $values := .Values -}}
{{- range $name, $default := include "loadtest.defaultValues" . | fromJson -}}
{{- if or (not (hasKey $values $name)) (kindIs "invalid" (index $values $name)) -}}
{{- $_ := set $values $name $default -}}
{{- else if and (kindIs "map" $default) (not (has $name (list "resources"))) -}}
{{- $group := index $values $name -}}
{{- range $field, $fieldDefault := $default -}}
{{- if or (not (hasKey $group $field)) (kindIs "invalid" (index $group $field)) -}}
{{- $_ := set $group $field $fieldDefault -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
